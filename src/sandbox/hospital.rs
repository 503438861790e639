//! The record system of an invented hospital: it signs a document and hands it in, as its vendor would
//! write it after reading the public description. It speaks HTTP and knows nothing of the receiver's code.

use super::{clock, random};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, crypto, encode};
use rcgen::{KeyPair, PKCS_ECDSA_P384_SHA384};
use serde_json::{Value, json};
use std::io;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const SCOPE: &str = "system/Bundle.c";
const KID: &str = "hospital-1";

/// A system with its one key (P-384, ES384).
pub struct Hospital {
    /// The id under which it is registered.
    pub client_id: String,
    key: KeyPair,
}

/// An answer of the receiver.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body; null when it is no JSON.
    pub body: Value,
}

impl Hospital {
    /// A system with a new key.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn new(client_id: &str) -> io::Result<Self> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).map_err(io::Error::other)?;
        Ok(Self { client_id: client_id.into(), key })
    }

    /// A system with the key of a PEM file.
    ///
    /// # Errors
    /// When it is no private key for P-384.
    pub fn with_key(client_id: &str, pem: &str) -> io::Result<Self> {
        let key = KeyPair::from_pkcs8_pem_and_sign_algo(pem, &PKCS_ECDSA_P384_SHA384);
        Ok(Self { client_id: client_id.into(), key: key.map_err(io::Error::other)? })
    }

    /// The private key, PEM.
    #[must_use]
    pub fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    /// The public half as a JSON Web Key Set, to be registered.
    #[must_use]
    pub fn jwks(&self) -> Value {
        let point = self.key.public_key_raw().get(1..).unwrap_or_default();
        let (x, y) = point.split_at(point.len() / 2);
        let part = |bytes| URL_SAFE_NO_PAD.encode(bytes);
        json!({ "keys": [{ "kty": "EC", "crv": "P-384", "alg": "ES384", "use": "sig", "kid": KID,
            "x": part(x), "y": part(y) }] })
    }

    /// The claims of a right assertion for a token endpoint.
    #[must_use]
    pub fn claims(&self, audience: &str) -> Value {
        let now = clock::unix_seconds();
        json!({ "iss": self.client_id, "sub": self.client_id, "aud": audience, "iat": now, "exp": now + 120,
            "jti": random(16) })
    }

    /// An assertion with these claims.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn assertion(&self, claims: &Value) -> io::Result<String> {
        let header = Header { kid: Some(KID.into()), ..Header::new(Algorithm::ES384) };
        encode(&header, claims, &self.encoding()).map_err(io::Error::other)
    }

    fn encoding(&self) -> EncodingKey {
        EncodingKey::from_ec_der(self.key.serialized_der())
    }

    /// The detached signature over the bytes of a document, with the registered key.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn seal(&self, document: &[u8]) -> io::Result<String> {
        self.seal_as(&json!({ "typ": "document+jws", "alg": "ES384", "kid": KID }), document)
    }

    /// The same under another header, for example with `x5c`.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn seal_as(&self, header: &Value, document: &[u8]) -> io::Result<String> {
        let head = URL_SAFE_NO_PAD.encode(header.to_string());
        let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(document));
        let signature = crypto::sign(signed.as_bytes(), &self.encoding(), Algorithm::ES384);
        Ok(format!("{head}..{}", signature.map_err(io::Error::other)?))
    }

    /// Asks the token endpoint with an assertion.
    ///
    /// # Errors
    /// When the receiver cannot be reached.
    pub async fn ask(&self, endpoint: &str, assertion: &str) -> io::Result<Answer> {
        Self::ask_for(endpoint, assertion, SCOPE).await
    }

    async fn ask_for(endpoint: &str, assertion: &str, scope: &str) -> io::Result<Answer> {
        let form = [
            ("grant_type", "client_credentials"),
            ("scope", scope),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", assertion),
        ];
        answer(client()?.post(endpoint).form(&form)).await
    }

    /// Finds the token endpoint of a FHIR base and gets a token there.
    ///
    /// # Errors
    /// When there is none; the receiver's reason is in the message.
    pub async fn token(&self, base: &str) -> io::Result<String> {
        self.token_for(base, SCOPE).await
    }

    /// The same for another scope.
    ///
    /// # Errors
    /// As [`Hospital::token`].
    pub async fn token_for(&self, base: &str, scope: &str) -> io::Result<String> {
        let found = answer(client()?.get(format!("{base}/.well-known/smart-configuration"))).await?;
        let endpoint = found.body["token_endpoint"].as_str().unwrap_or_default();
        let told = Self::ask_for(endpoint, &self.assertion(&self.claims(endpoint))?, scope).await?;
        let token = told.body["access_token"].as_str().map(str::to_owned);
        token.ok_or_else(|| io::Error::other(format!("no token: {}", told.body)))
    }

    /// Posts a document with a token and a signature.
    ///
    /// # Errors
    /// When the receiver cannot be reached.
    pub async fn post(&self, base: &str, token: &str, document: Vec<u8>, seal: &str) -> io::Result<Answer> {
        let request = client()?.post(format!("{base}/Bundle"));
        let request = request.bearer_auth(token).header("content-type", "application/fhir+json");
        answer(request.header("x-jws-signature", seal).body(document)).await
    }

    /// Reads something with a token.
    ///
    /// # Errors
    /// When the receiver cannot be reached.
    pub async fn get(&self, base: &str, token: &str, path: &str) -> io::Result<Answer> {
        answer(client()?.get(format!("{base}/{path}")).bearer_auth(token)).await
    }

    /// Gets a token, signs a document, and hands it in.
    ///
    /// # Errors
    /// When the receiver cannot be reached or gives no token.
    pub async fn hand_in(&self, base: &str, document: &Value) -> io::Result<Answer> {
        let bytes = document.to_string().into_bytes();
        let seal = self.seal(&bytes)?;
        self.post(base, &self.token(base).await?, bytes, &seal).await
    }
}

/// A document for a request: its code, and a number that was not used before.
pub fn address(document: &mut Value, code: &str) {
    document["identifier"]["value"] = json!(random(12));
    let entries = document["entry"].as_array_mut().into_iter().flatten();
    for entry in entries.filter(|it| it["resource"]["resourceType"] == "QuestionnaireResponse") {
        entry["resource"]["basedOn"][0]["identifier"]["value"] = json!(code);
    }
}

fn client() -> io::Result<reqwest::Client> {
    reqwest::Client::builder().no_proxy().build().map_err(io::Error::other)
}

async fn answer(request: reqwest::RequestBuilder) -> io::Result<Answer> {
    let response = request.send().await.map_err(io::Error::other)?;
    let status = response.status().as_u16();
    let text = response.text().await.map_err(io::Error::other)?;
    Ok(Answer { status, body: serde_json::from_str(&text).unwrap_or_default() })
}
