//! The tree of an expression.

/// A node of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expr {
    /// `true`, `false`
    Boolean(bool),
    /// `12`, `1.5`
    Number(super::super::Decimal),
    /// `'text'`
    Text(String),
    /// `@2026-04-01`
    Date(chrono::NaiveDate),
    /// `18 years`
    Duration(i64, Unit),
    /// `{}`
    Nothing,
    /// `%name`
    Variable(String),
    /// `$this`
    This,
    /// `name` on its own or after a dot.
    Member(Option<Box<Expr>>, String),
    /// A call, on its own or after a dot.
    Call(Option<Box<Expr>>, Function, Vec<Expr>),
    /// `-x`
    Negative(Box<Expr>),
    /// `x + y` and its like.
    Binary(Operator, Box<Expr>, Box<Expr>),
    /// `x is Type`, `x as Type`, `x.ofType(Type)`
    Typed(Box<Expr>, TypeTest, TypeName),
}

impl Expr {
    /// Calls `see` for this node and every node below it.
    pub(super) fn visit(&self, see: &mut dyn FnMut(&Expr)) {
        see(self);
        match self {
            Expr::Member(Some(inner), _) | Expr::Negative(inner) | Expr::Typed(inner, _, _) => {
                inner.visit(see)
            }
            Expr::Binary(_, left, right) => {
                left.visit(see);
                right.visit(see);
            }
            Expr::Call(target, _, arguments) => {
                if let Some(target) = target {
                    target.visit(see);
                }
                arguments.iter().for_each(|argument| argument.visit(see));
            }
            _ => {}
        }
    }
}

/// A calendar unit of date arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Years,
    Months,
    Weeks,
    Days,
}

impl Unit {
    pub(super) fn from_name(name: &str) -> Option<Unit> {
        match name {
            "year" | "years" => Some(Unit::Years),
            "month" | "months" => Some(Unit::Months),
            "week" | "weeks" => Some(Unit::Weeks),
            "day" | "days" => Some(Unit::Days),
            _ => None,
        }
    }
}

/// Operators by their FHIRPath spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Multiply,
    Divide,
    WholeDivide,
    Modulo,
    Add,
    Subtract,
    Join,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    Equal,
    NotEqual,
    Equivalent,
    In,
    Contains,
    And,
    Or,
    Xor,
    Implies,
}

/// What a type operator does with values of the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TypeTest {
    Is,
    Keep,
}

/// Types that can be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TypeName {
    Boolean,
    Integer,
    Decimal,
    Text,
    Date,
    DateTime,
    Time,
    Coding,
}

impl TypeName {
    pub(super) fn from_name(name: &str) -> Option<TypeName> {
        match name {
            "boolean" | "Boolean" => Some(TypeName::Boolean),
            "integer" | "Integer" => Some(TypeName::Integer),
            "decimal" | "Decimal" => Some(TypeName::Decimal),
            "string" | "String" => Some(TypeName::Text),
            "date" | "Date" => Some(TypeName::Date),
            "dateTime" | "DateTime" => Some(TypeName::DateTime),
            "time" | "Time" => Some(TypeName::Time),
            "Coding" => Some(TypeName::Coding),
            _ => None,
        }
    }
}

macro_rules! functions {
    ($($variant:ident $name:literal $least:literal $most:literal;)*) => {
        /// Every function of the subset.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Function { $(#[doc = $name] $variant,)* }

        impl Function {
            pub(super) fn from_name(name: &str) -> Option<Function> {
                match name { $($name => Some(Function::$variant),)* _ => None }
            }

            pub(super) fn takes(self, count: usize) -> bool {
                match self { $(Function::$variant => ($least..=$most).contains(&count),)* }
            }
        }
    };
}

functions! {
    Where "where" 1 1;
    Select "select" 1 1;
    First "first" 0 0;
    Last "last" 0 0;
    Tail "tail" 0 0;
    Exists "exists" 0 1;
    Empty "empty" 0 0;
    All "all" 1 1;
    Count "count" 0 0;
    Sum "sum" 0 0;
    Distinct "distinct" 0 0;
    Iif "iif" 2 3;
    Not "not" 0 0;
    Today "today" 0 0;
    Now "now" 0 0;
    StartsWith "startsWith" 1 1;
    EndsWith "endsWith" 1 1;
    Contains "contains" 1 1;
    Matches "matches" 1 1;
    Length "length" 0 0;
    Substring "substring" 1 2;
    Upper "upper" 0 0;
    Lower "lower" 0 0;
    Replace "replace" 2 2;
    ToText "toString" 0 0;
    ToInteger "toInteger" 0 0;
    ToDecimal "toDecimal" 0 0;
    ToDate "toDate" 0 0;
    Extension "extension" 1 1;
}
