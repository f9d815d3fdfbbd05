// SPDX-License-Identifier: Apache-2.0
//! A second evaluator, slow and plain, written from sections 3.1 and 3.3 of the wire reference and from
//! `docs/api-choices.md`. It works on the JSON of a case and shares no code with the engine.

use serde_json::{Value, json};

#[derive(Clone, Copy, PartialEq)]
enum Said {
    Nothing,
    Allow,
    Deny,
}

/// The verdict by the name that the engine's has.
pub(crate) fn verdict(case: &Value) -> &'static str {
    let request = &case["request"];
    let owner = part(request["resource"].as_str().unwrap(), 3);
    let subject = &request["subject"];
    let account = subject["account"].as_str();
    let is_own = account == Some(owner.as_str());
    let is_root = account.is_some() && subject["user"].is_null() && subject["role"].is_null();
    let assumes = request["rule"] == "AssumeRole";
    if request["rule"] == "StaysHome" && !is_own {
        return "ImplicitDeny";
    }
    if is_root && is_own && !assumes {
        return "Allow";
    }
    let mut a = Said::Nothing;
    for document in case["identity"].as_array().into_iter().flatten() {
        match set(document, "identity", request) {
            Said::Deny => a = Said::Deny,
            Said::Allow if a == Said::Nothing => a = Said::Allow,
            _ => {}
        }
    }
    let b = match &case["resource"] {
        Value::Null => Said::Nothing,
        document => set(document, if assumes { "trust" } else { "key" }, request),
    };
    let session = match &case["session"] {
        Value::Null => Said::Allow,
        document => set(document, "session", request),
    };
    if [a, b, session].contains(&Said::Deny) {
        return "ExplicitDeny";
    }
    let combined = if assumes && account.is_none() {
        b == Said::Allow
    } else if is_own && !assumes {
        a == Said::Allow && lets_account(&case["resource"], &owner, request) || b == Said::Allow
    } else {
        a == Said::Allow && b == Said::Allow
    };
    if combined && session == Said::Allow { "Allow" } else { "ImplicitDeny" }
}

/// A part of an ARN, the last with all that follows.
fn part(arn: &str, at: usize) -> String {
    let parts: Vec<&str> = arn.split(':').collect();
    if at < 4 { parts[at].to_owned() } else { parts[4..].join(":") }
}

fn many(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().map(|one| one.as_str().unwrap().to_owned()).collect(),
        Value::String(one) => vec![one.clone()],
        _ => Vec::new(),
    }
}

fn set(document: &Value, kind: &str, request: &Value) -> Said {
    let statements = match &document["Statement"] {
        Value::Array(all) => all.clone(),
        one => vec![one.clone()],
    };
    let mut said = Said::Nothing;
    for statement in &statements {
        if matches(statement, kind, request) {
            if statement["Effect"] == "Deny" {
                return Said::Deny;
            }
            said = Said::Allow;
        }
    }
    said
}

/// Whether the account's own policies count under a key's policy.
fn lets_account(document: &Value, owner: &str, request: &Value) -> bool {
    let statements = match &document["Statement"] {
        Value::Array(all) => all.clone(),
        one => vec![one.clone()],
    };
    // Whether it is about the request at all is asked as if it named everybody.
    let root = json!({ "account": owner });
    document["Version"] != "2012-10-17"
        || statements.into_iter().any(|mut one| {
            let names = many(&one["Principal"]["RAM"]);
            let mut names = names.iter().map(|name| name.replace(":*", ":root"));
            let is_named = names.any(|name| name == format!("acs:ram::{owner}:root"));
            let mut request = request.clone();
            (request["subject"], one["Principal"]) = (root.clone(), json!({ "RAM": "*" }));
            is_named && one["Effect"] == "Allow" && matches(&one, "key", &request)
        })
}

fn matches(statement: &Value, kind: &str, request: &Value) -> bool {
    let action = request["action"].as_str().unwrap().to_lowercase();
    if !many(&statement["Action"]).iter().any(|one| like(&one.to_lowercase(), &action)) {
        return false;
    }
    let denies = statement["Effect"] == "Deny";
    let about = match kind {
        "identity" | "session" => {
            many(&statement["Resource"]).iter().any(|one| names_resource(one, request, denies))
        }
        _ => names_principal(&statement["Principal"], kind, request, denies),
    };
    if !about {
        return false;
    }
    for (operator, keys) in statement["Condition"].as_object().into_iter().flatten() {
        for (key, wanted) in keys.as_object().unwrap() {
            if !condition(operator, key, &many(wanted), &request["values"]) {
                return false;
            }
        }
    }
    true
}

fn names_resource(pattern: &str, request: &Value, denies: bool) -> bool {
    let resource = request["resource"].as_str().unwrap();
    let owner = part(resource, 3);
    let is_own = request["subject"]["account"] == owner.as_str();
    if pattern == "*" {
        return is_own || denies;
    }
    if !is_own && !denies && part(pattern, 3) != owner {
        return false;
    }
    (1..=4).all(|at| like(&part(pattern, at), &part(resource, at)))
}

fn names_principal(principal: &Value, kind: &str, request: &Value, denies: bool) -> bool {
    let subject = &request["subject"];
    let owner = part(request["resource"].as_str().unwrap(), 3);
    for (field, who) in [("Federated", "federated"), ("Service", "service")] {
        if many(&principal[field]).iter().any(|name| subject[who] == name.as_str()) {
            return true;
        }
    }
    let Some(account) = subject["account"].as_str() else { return false };
    many(&principal["RAM"]).iter().any(|arn| {
        if arn == "*" {
            return true;
        }
        let (of, who) = (part(arn, 3), part(arn, 4));
        if of != account {
            return false;
        }
        if who == "root" || who == "*" {
            return kind == "trust" || denies || account != owner;
        }
        let user = subject["user"].as_str().map(|name| format!("user/{name}"));
        let role = subject["role"].as_str().map(|name| format!("role/{name}").to_lowercase());
        user == Some(who.clone()) || role == Some(who.to_lowercase())
    })
}

fn condition(operator: &str, key: &str, wanted: &[String], values: &Value) -> bool {
    let seen = seen(key, values);
    let (positive, negated) = match operator {
        "NotIpAddress" => ("IpAddress".to_owned(), true),
        other => (other.replace("Not", ""), other.contains("Not")),
    };
    let mut fits = false;
    for one in &seen {
        for other in wanted {
            fits |= compare(&positive, one, other);
        }
    }
    fits != negated
}

/// What a request has under a key; nothing, one value or several.
fn seen(key: &str, values: &Value) -> Vec<String> {
    let lower = key.to_lowercase();
    let one = |value: &Value| value.as_str().map(str::to_owned).into_iter().collect::<Vec<_>>();
    let flag =
        |name: &str, otherwise: bool| vec![values[name].as_bool().unwrap_or(otherwise).to_string()];
    if lower.starts_with("kms:tag/") {
        return one(&values["tags"][&key[8..]]);
    }
    if lower.starts_with("kms:encryptioncontext:") {
        return one(&values["context"][&key[22..]]);
    }
    match lower.as_str() {
        "acs:currenttime" => {
            vec![values["acs:CurrentTime"].as_str().unwrap_or(super::world::NOW).to_owned()]
        }
        "acs:sourceip" => one(&values["acs:SourceIp"]),
        "acs:securetransport" => flag("acs:SecureTransport", true),
        "acs:mfapresent" => flag("acs:MFAPresent", false),
        "kms:encryptionalgorithm" => one(&values["kms:EncryptionAlgorithm"]),
        "oidc:iss" => one(&values["oidc"]["iss"]),
        "oidc:sub" => one(&values["oidc"]["sub"]),
        "oidc:aud" => many(&values["oidc"]["aud"]),
        "sts:externalid" => one(&values["sts:ExternalId"]),
        _ => Vec::new(),
    }
}

fn compare(operator: &str, seen: &str, wanted: &str) -> bool {
    if let Some(relation) = operator.strip_prefix("Numeric") {
        let numbers =
            [seen, wanted].map(|text| text.parse::<f64>().ok().filter(|one| one.is_finite()));
        return matches!(numbers, [Some(one), Some(other)] if relates(relation, one, other));
    }
    if let Some(relation) = operator.strip_prefix("Date") {
        return match [seen, wanted].map(seconds) {
            [Some(one), Some(other)] => relates(relation, one, other),
            _ => false,
        };
    }
    match operator {
        "StringEquals" => seen == wanted,
        "StringEqualsIgnoreCase" => seen.to_lowercase() == wanted.to_lowercase(),
        "StringLike" => like(wanted, seen),
        "Bool" => {
            let (seen, wanted) = (seen.to_lowercase(), wanted.to_lowercase());
            ["true", "false"].contains(&seen.as_str()) && seen == wanted
        }
        "IpAddress" => in_range(seen, wanted),
        other => panic!("{other}"),
    }
}

fn relates<T: PartialOrd>(relation: &str, one: T, other: T) -> bool {
    match relation {
        "Equals" => one == other,
        "LessThan" => one < other,
        "LessThanEquals" => one <= other,
        "GreaterThan" => one > other,
        "GreaterThanEquals" => one >= other,
        unknown => panic!("{unknown}"),
    }
}

/// `table[p][t]`: whether the first p characters of the pattern stand for the first t of the text.
fn like(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let mut table = vec![vec![false; text.len() + 1]; pattern.len() + 1];
    table[0][0] = true;
    for p in 1..=pattern.len() {
        for t in 0..=text.len() {
            table[p][t] = match pattern[p - 1] {
                '*' => table[p - 1][t] || (t > 0 && table[p][t - 1]),
                '?' => t > 0 && table[p - 1][t - 1],
                letter => t > 0 && table[p - 1][t - 1] && text[t - 1] == letter,
            };
        }
    }
    table[pattern.len()][text.len()]
}

/// The bits of an address, 32 or 128; those of IPv4 where IPv6 only wraps it.
fn bits(address: &str) -> Option<Vec<bool>> {
    let bytes: Vec<u8> = match address.parse().ok()? {
        std::net::IpAddr::V4(address) => address.octets().to_vec(),
        std::net::IpAddr::V6(address) => address.octets().to_vec(),
    };
    Some(bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect())
}

fn is_wrapped(bits: &[bool]) -> bool {
    bits.len() == 128 && (0..96).all(|at| bits[at] == (at >= 80))
}

fn in_range(address: &str, range: &str) -> bool {
    let (start, length) = range.split_once('/').unwrap_or((range, ""));
    let (Some(mut address), Some(mut start)) = (bits(address), bits(start)) else { return false };
    let mut length: usize = length.parse().unwrap_or(start.len());
    if is_wrapped(&address) {
        address.drain(..96);
    }
    if is_wrapped(&start) && length >= 96 {
        start.drain(..96);
        length -= 96;
    }
    address.len() == start.len() && address[..length] == start[..length]
}

/// `YYYY-MM-DDThh:mm:ss` and `Z` or an offset, as seconds since the year 0 of a calendar whose months are
/// counted one by one.
fn seconds(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let offset = match text.get(19..)? {
        "Z" => 0,
        other => {
            let sign = if other.starts_with('-') { -60 } else { 60 };
            let minutes = other.get(1..3)?.parse::<i64>().ok()? * 60
                + other.get(4..6)?.parse::<i64>().ok()?;
            sign * minutes
        }
    };
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut days = day;
    days += (0..year).map(|year| if leap(year) { 366 } else { 365 }).sum::<i64>();
    days += lengths[..usize::try_from(month).ok()?.checked_sub(1)?].iter().sum::<i64>();
    Some(days * 86_400 + hour * 3_600 + minute * 60 + second - offset)
}
