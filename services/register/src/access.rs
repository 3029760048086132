//! Who may do what: keys of callers, and of operators.

use poem::http::StatusCode;
use secrecy::SecretString;
use shared::config::RegisterConfig;
use shared::http::Problem;
use shared::keys::KeyRing;

/// RFC 6750, section 3: nothing more is said to whoever showed no key.
const SHOW_ONE: &str = "Bearer";
const NOT_KNOWN: &str = "Bearer error=\"invalid_token\"";
const NOT_ENOUGH: &str = "Bearer error=\"insufficient_scope\"";

/// The keys that open doors here.
#[derive(Clone)]
pub struct Access {
    callers: KeyRing,
    operators: KeyRing,
}

impl Access {
    pub fn new(config: &RegisterConfig) -> Self {
        Self { callers: config.api_keys.clone(), operators: config.operator_keys.clone() }
    }

    /// The name of the key that lets a picture in; none where nobody needs one, and none that is
    /// known was shown.
    ///
    /// # Errors
    ///
    /// 401 where keys are needed, and none or another was shown.
    pub fn admit_caller(&self, shown: Option<&SecretString>) -> Result<Option<&str>, Problem> {
        if self.callers.is_empty() {
            return Ok(shown.and_then(|key| self.operators.find(key)));
        }
        let key = shown.ok_or_else(missing)?;
        // Both are looked through, whichever has it.
        let (caller, operator) = (self.callers.find(key), self.operators.find(key));
        caller.or(operator).map(Some).ok_or_else(unknown)
    }

    /// The name of an operator's key.
    ///
    /// # Errors
    ///
    /// 401 where none or an unknown one was shown; 403 where there are no operators, or it is not
    /// one's key.
    pub fn admit_operator(&self, shown: Option<&SecretString>) -> Result<&str, Problem> {
        if self.operators.is_empty() {
            let help = "There is no operator here; name one with register.operator_keys, whose \
                hash `redraw new-key` makes.";
            return Err(Problem::new(StatusCode::FORBIDDEN, "operator_disabled", help));
        }
        let key = shown.ok_or_else(missing)?;
        match (self.operators.find(key), self.callers.find(key)) {
            (Some(operator), _) => Ok(operator),
            (None, Some(_)) => {
                let help = "This key may register pictures; an operator's key is needed here.";
                let problem = Problem::new(StatusCode::FORBIDDEN, "operator_needed", help);
                Err(problem.challenge(NOT_ENOUGH))
            }
            (None, None) => Err(unknown()),
        }
    }
}

fn missing() -> Problem {
    let help = "A key is needed here; send it as `Authorization: Bearer KEY`.";
    Problem::new(StatusCode::UNAUTHORIZED, "key_missing", help).challenge(SHOW_ONE)
}

fn unknown() -> Problem {
    let help = "This key is not known here; look for a letter too many or too few.";
    Problem::new(StatusCode::UNAUTHORIZED, "key_invalid", help).challenge(NOT_KNOWN)
}
