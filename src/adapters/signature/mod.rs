//! Signatures as JSON Web Signatures (RFC 7515), ES256.

pub mod profile;

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{DecodingKey, Header, Validation, decode, decode_header};
use serde_json::Value;

use super::jwt::{Curve, SigningKey};
use crate::ports::signature::{NewKey, SignatureError, Signatures};
use profile::Profile;

/// Signs by a profile.
#[derive(Clone, Debug)]
pub struct Jws {
    profile: Profile,
}

impl Jws {
    /// Signs and checks by `profile` only.
    pub fn new(profile: Profile) -> Jws {
        Jws { profile }
    }

    /// Whether a header is one of this profile, made with the key of that name.
    fn fits(&self, header: &Header, kid: Option<&str>) -> bool {
        header.typ.as_deref() == Some(self.profile.typ)
            && header.alg == self.profile.algorithm
            && header.kid.as_deref() == kid
            && header.x5c == self.profile.chain
    }
}

impl Signatures for Jws {
    fn new_key(&self) -> Result<NewKey, SignatureError> {
        let private = SigningKey::generate(Curve::P256).map_err(|_| SignatureError::Failed)?;
        let key = SigningKey::from_pem(&private, Curve::P256, None).map_err(|_| SignatureError::Failed)?;
        let public = key.public().map_err(|_| SignatureError::Failed)?;
        Ok(NewKey { kid: key.id().to_owned(), private, public })
    }

    fn sign(&self, private: &str, statement: &Value) -> Result<String, SignatureError> {
        let key = SigningKey::from_pem(private, Curve::P256, None).map_err(|_| SignatureError::Failed)?;
        let mut header = Header::new(self.profile.algorithm);
        header.typ = Some(self.profile.typ.to_owned());
        header.x5c.clone_from(&self.profile.chain);
        key.sign(header, statement).map_err(|_| SignatureError::Failed)
    }

    fn check(&self, jws: &str, public: &str) -> Result<Value, SignatureError> {
        let broken = |_| SignatureError::Broken;
        let jwk: Jwk = serde_json::from_str(public).map_err(|_| SignatureError::Broken)?;
        let header = decode_header(jws).map_err(broken)?;
        if !self.fits(&header, jwk.common.key_id.as_deref()) {
            return Err(SignatureError::Broken);
        }
        let key = DecodingKey::from_jwk(&jwk).map_err(broken)?;
        decode::<Value>(jws, &key, &timeless(&self.profile)).map(|token| token.claims).map_err(broken)
    }
}

/// A signature does not run out as a session does: only the algorithm and the key count.
fn timeless(profile: &Profile) -> Validation {
    let mut validation = Validation::new(profile.algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    use super::*;

    fn signed() -> (Jws, NewKey, String) {
        let jws = Jws::new(Profile::own_key());
        let key = jws.new_key().unwrap();
        let signature = jws.sign(&key.private, &json!({ "sha256": "ab" })).unwrap();
        (jws, key, signature)
    }

    #[test]
    fn a_signature_gives_back_what_was_signed_and_names_its_key() {
        let (jws, key, signature) = signed();
        assert_eq!(jws.check(&signature, &key.public), Ok(json!({ "sha256": "ab" })));
        let header = decode_header(&signature).unwrap();
        assert_eq!((header.kid, header.x5c), (Some(key.kid), None));
        assert!(!key.public.contains("\"d\""));
    }

    #[test]
    fn an_altered_statement_and_another_key_are_broken() {
        let (jws, key, signature) = signed();
        let parts: Vec<&str> = signature.split('.').collect();
        let other = URL_SAFE_NO_PAD.encode(json!({ "sha256": "cd" }).to_string());
        let altered = [parts[0], &other, parts[2]].join(".");
        assert_eq!(jws.check(&altered, &key.public), Err(SignatureError::Broken));
        assert_eq!(jws.check(&signature, &jws.new_key().unwrap().public), Err(SignatureError::Broken));
        assert_eq!(jws.check("", &key.public), Err(SignatureError::Broken));
        assert_eq!(jws.check(&signature, "{}"), Err(SignatureError::Broken));
    }

    #[test]
    fn a_token_of_another_kind_is_no_signature_though_the_key_is_right() {
        let (jws, key, _) = signed();
        let own = SigningKey::from_pem(&key.private, Curve::P256, None).unwrap();
        let plain = own.sign(Header::new(jsonwebtoken::Algorithm::ES256), &json!({})).unwrap();
        assert_eq!(jws.check(&plain, &key.public), Err(SignatureError::Broken));
    }

    #[test]
    fn certificates_go_along_where_the_profile_has_them_and_only_there() {
        let (own, key, plain) = signed();
        let chain = Some(vec!["MIIB".to_owned()]);
        let hpki = Jws::new(Profile { chain: chain.clone(), ..Profile::own_key() });
        let signature = hpki.sign(&key.private, &json!({})).unwrap();
        assert_eq!(decode_header(&signature).unwrap().x5c, chain);
        assert!(hpki.check(&signature, &key.public).is_ok());
        assert_eq!(own.check(&signature, &key.public), Err(SignatureError::Broken));
        assert_eq!(hpki.check(&plain, &key.public), Err(SignatureError::Broken));
    }
}
