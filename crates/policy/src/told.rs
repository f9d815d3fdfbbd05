// SPDX-License-Identifier: Apache-2.0
//! An explanation in the words of the API: ExplainPermission's, wherever it was found.

use edgekms_api::ram::explain_permission::{
    DecidingStatement, ExplainPermissionReply, ExplainedPolicy, ExplainedStatement, MissingLeave,
    Outcome, OutcomeReason, StatementElement,
};

use super::compiled::{Miss, Verdict};
use super::decide::{Cited, Reason, Side};
use super::explain::{self, Explanation};

/// The explanation as ExplainPermission answers it.
#[must_use]
pub fn told(explanation: &Explanation<'_>) -> ExplainPermissionReply {
    let (reason, missing, deciding) = match explanation.decision.reason {
        Reason::Owner => (OutcomeReason::Owner, None, Vec::new()),
        Reason::StaysHome => (OutcomeReason::StaysHome, None, Vec::new()),
        Reason::TooLong => (OutcomeReason::TooLong, None, Vec::new()),
        Reason::Denied(cited) => (OutcomeReason::Denied, None, vec![cited]),
        Reason::Allowed { identity, session, resource } => {
            let all = [identity, session, resource].into_iter().flatten().collect();
            (OutcomeReason::Allowed, None, all)
        }
        Reason::Nothing { missing } => (OutcomeReason::Nothing, Some(side(missing)), Vec::new()),
    };
    let policies = explanation.policies.iter().map(|policy| ExplainedPolicy {
        policy_kind: policy.kind,
        policy_name: policy.name.to_owned(),
        statements: policy.statements.iter().map(statement).collect(),
    });
    ExplainPermissionReply {
        decision: match explanation.decision.verdict {
            Verdict::Allow => Outcome::Allow,
            Verdict::ImplicitDeny => Outcome::ImplicitDeny,
            Verdict::ExplicitDeny => Outcome::ExplicitDeny,
        },
        reason,
        missing,
        deciding: deciding.into_iter().map(decides).collect(),
        policies: policies.collect(),
    }
}

const fn side(side: Side) -> MissingLeave {
    match side {
        Side::Identity => MissingLeave::Identity,
        Side::Session => MissingLeave::Session,
        Side::Resource => MissingLeave::Resource,
        Side::IdentityOrResource => MissingLeave::IdentityOrResource,
    }
}

fn decides(cited: Cited<'_>) -> DecidingStatement {
    DecidingStatement {
        policy_kind: cited.kind,
        policy_name: cited.policy.to_owned(),
        number: number(cited.statement),
        sid: cited.sid.map(str::to_owned),
    }
}

fn statement(explained: &explain::ExplainedStatement<'_>) -> ExplainedStatement {
    let (stops_at, operator, condition_key) = match explained.stops_at {
        None => (None, None, None),
        Some(Miss::Action) => (Some(StatementElement::Action), None, None),
        Some(Miss::Principal) => (Some(StatementElement::Principal), None, None),
        Some(Miss::Resource) => (Some(StatementElement::Resource), None, None),
        Some(Miss::Condition { operator, key }) => {
            (Some(StatementElement::Condition), Some(operator), Some(key.to_owned()))
        }
    };
    ExplainedStatement {
        number: number(explained.number),
        sid: explained.sid.map(str::to_owned),
        effect: explained.effect,
        stops_at,
        operator,
        condition_key,
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
