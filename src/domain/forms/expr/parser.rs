//! Tokens to a tree, by precedence climbing.

use chrono::NaiveDate;

use super::super::Decimal;
use super::ExprError;
use super::ast::{Expr, Function, Operator, TypeName, TypeTest, Unit};
use super::lexer::{Kind, Token, tokens};

/// Deepest nesting that is followed.
const MAX_DEPTH: usize = 32;
/// Most tokens that are read; bounds how deep the tree of a long chain can get.
const MAX_TOKENS: usize = 400;
/// The precedence of `is` and `as`.
const TYPE_LEVEL: u8 = 6;

/// Reads a whole expression.
pub(super) fn parse(source: &str) -> Result<Expr, ExprError> {
    let tokens = tokens(source)?;
    if tokens.len() > MAX_TOKENS {
        return Err(ExprError::TooLong);
    }
    let mut parser = Parser { tokens, next: 0, depth: 0 };
    let root = parser.expression(0)?;
    match parser.tokens.get(parser.next) {
        None => Ok(root),
        Some(_) => Err(parser.unexpected()),
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.next).map(|token| &token.kind)
    }

    fn accept(&mut self, symbol: &'static str) -> bool {
        let found = self.peek() == Some(&Kind::Symbol(symbol));
        if found {
            self.next += 1;
        }
        found
    }

    fn expect(&mut self, symbol: &'static str) -> Result<(), ExprError> {
        if self.accept(symbol) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn unexpected(&self) -> ExprError {
        match self.tokens.get(self.next) {
            Some(token) => ExprError::Syntax { at: token.at, found: format!("{:?}", token.kind) },
            None => {
                let at = self.tokens.last().map_or(1, |token| token.at);
                ExprError::Syntax { at, found: "the end, too early".to_owned() }
            }
        }
    }

    fn expression(&mut self, least: u8) -> Result<Expr, ExprError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ExprError::TooDeep);
        }
        let mut left = self.operand()?;
        loop {
            if let Some(test) = self.type_operator().filter(|_| TYPE_LEVEL >= least) {
                self.next += 1;
                left = Expr::Typed(Box::new(left), test, self.type_name()?);
            } else if let Some((operator, level)) = self.operator().filter(|(_, level)| *level >= least) {
                self.next += 1;
                let right = self.expression(level + 1)?;
                left = Expr::Binary(operator, Box::new(left), Box::new(right));
            } else {
                self.depth -= 1;
                return Ok(left);
            }
        }
    }

    fn type_operator(&self) -> Option<TypeTest> {
        match self.peek() {
            Some(Kind::Name(name)) if name == "is" => Some(TypeTest::Is),
            Some(Kind::Name(name)) if name == "as" => Some(TypeTest::Keep),
            _ => None,
        }
    }

    fn operator(&self) -> Option<(Operator, u8)> {
        let word = match self.peek()? {
            Kind::Name(name) => name.as_str(),
            Kind::Symbol(symbol) => symbol,
            _ => return None,
        };
        Some(match word {
            "implies" => (Operator::Implies, 0),
            "or" => (Operator::Or, 1),
            "xor" => (Operator::Xor, 1),
            "and" => (Operator::And, 2),
            "in" => (Operator::In, 3),
            "contains" => (Operator::Contains, 3),
            "=" => (Operator::Equal, 4),
            "!=" => (Operator::NotEqual, 4),
            "~" => (Operator::Equivalent, 4),
            ">" => (Operator::Greater, 5),
            "<" => (Operator::Less, 5),
            ">=" => (Operator::GreaterOrEqual, 5),
            "<=" => (Operator::LessOrEqual, 5),
            "+" => (Operator::Add, 7),
            "-" => (Operator::Subtract, 7),
            "&" => (Operator::Join, 7),
            "*" => (Operator::Multiply, 8),
            "/" => (Operator::Divide, 8),
            "div" => (Operator::WholeDivide, 8),
            "mod" => (Operator::Modulo, 8),
            _ => return None,
        })
    }

    fn operand(&mut self) -> Result<Expr, ExprError> {
        if self.accept("-") {
            return Ok(Expr::Negative(Box::new(self.operand_once_deeper()?)));
        }
        let mut term = self.term()?;
        while self.accept(".") {
            let Some(Kind::Name(name)) = self.peek().cloned() else { return Err(self.unexpected()) };
            self.next += 1;
            term = self.step(Some(Box::new(term)), name)?;
        }
        Ok(term)
    }

    fn operand_once_deeper(&mut self) -> Result<Expr, ExprError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ExprError::TooDeep);
        }
        let operand = self.operand();
        self.depth -= 1;
        operand
    }

    fn term(&mut self) -> Result<Expr, ExprError> {
        let Some(kind) = self.peek().cloned() else { return Err(self.unexpected()) };
        let position = self.next;
        self.next += 1;
        match kind {
            Kind::Text(text) => Ok(Expr::Text(text)),
            Kind::Variable(name) => Ok(Expr::Variable(name)),
            Kind::This => Ok(Expr::This),
            Kind::Symbol("{}") => Ok(Expr::Nothing),
            Kind::Symbol("(") => {
                let inner = self.expression(0)?;
                self.expect(")")?;
                Ok(inner)
            }
            Kind::Number(digits) => self.number(&digits, position),
            Kind::Date(text) => NaiveDate::parse_from_str(&text, "%Y-%m-%d")
                .map(Expr::Date)
                .map_err(|_| self.unexpected_at(position)),
            Kind::Name(name) => self.name(name),
            Kind::Symbol(_) => Err(self.unexpected_at(position)),
        }
    }

    fn unexpected_at(&mut self, position: usize) -> ExprError {
        self.next = position;
        self.unexpected()
    }

    fn name(&mut self, name: String) -> Result<Expr, ExprError> {
        match name.as_str() {
            "true" => Ok(Expr::Boolean(true)),
            "false" => Ok(Expr::Boolean(false)),
            _ => self.step(None, name),
        }
    }

    fn number(&mut self, digits: &str, position: usize) -> Result<Expr, ExprError> {
        let Some(value) = Decimal::parse(digits) else { return Err(self.unexpected_at(position)) };
        let unit = match self.peek() {
            Some(Kind::Name(name)) => Unit::from_name(name),
            _ => None,
        };
        match (unit, value.whole()) {
            (Some(unit), Some(count)) => {
                self.next += 1;
                Ok(Expr::Duration(count, unit))
            }
            _ => Ok(Expr::Number(value)),
        }
    }

    fn step(&mut self, target: Option<Box<Expr>>, name: String) -> Result<Expr, ExprError> {
        if !self.accept("(") {
            return Ok(Expr::Member(target, name));
        }
        if name == "ofType" || name == "is" || name == "as" {
            let test = if name == "is" { TypeTest::Is } else { TypeTest::Keep };
            let wanted = self.type_name()?;
            self.expect(")")?;
            return Ok(Expr::Typed(target.unwrap_or(Box::new(Expr::This)), test, wanted));
        }
        let function = Function::from_name(&name).ok_or_else(|| ExprError::UnknownFunction(name.clone()))?;
        let arguments = self.arguments()?;
        if function.takes(arguments.len()) {
            Ok(Expr::Call(target, function, arguments))
        } else {
            Err(ExprError::Arguments(name))
        }
    }

    fn arguments(&mut self) -> Result<Vec<Expr>, ExprError> {
        let mut found = Vec::new();
        if self.accept(")") {
            return Ok(found);
        }
        loop {
            found.push(self.expression(0)?);
            if self.accept(")") {
                return Ok(found);
            }
            self.expect(",")?;
        }
    }

    fn type_name(&mut self) -> Result<TypeName, ExprError> {
        let Some(Kind::Name(mut name)) = self.peek().cloned() else { return Err(self.unexpected()) };
        self.next += 1;
        if (name == "System" || name == "FHIR") && self.accept(".") {
            let Some(Kind::Name(after)) = self.peek().cloned() else { return Err(self.unexpected()) };
            self.next += 1;
            name = after;
        }
        TypeName::from_name(&name).ok_or(ExprError::UnknownType(name))
    }
}
