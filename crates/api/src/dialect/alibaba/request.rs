// SPDX-License-Identifier: Apache-2.0
//! What a request of Alibaba's dialect says (wire reference, sections 1.1 to 1.5): query and form are
//! one set of parameters; an `Authorization` header makes it ACS3, none RPC v1.

use super::acs::read as acs;
use super::params::{Params, peek};
use super::{command, rpc_v1};
use crate::action::{ActionName, Clouds, Command, Limits};
use crate::dialect::headers::{Headers, incomplete};
use crate::dialect::request::RawRequest;
use crate::dialect::signature::SecurityToken;
use crate::dialect::signature::claim::{Claim, Sender};
use crate::error::{ApiError, ErrorCode};
use crate::id::Region;
use crate::product::Product;

use super::FORM_MEDIA_TYPE;

/// The form of the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// The default.
    #[default]
    Json,
    /// If asked for by `Format=XML`.
    Xml,
}

/// What a request asks for.
pub(crate) struct Content {
    pub(super) action: String,
    pub(super) version: String,
    pub(super) host: Option<String>,
    pub(super) params: Params,
}

/// Whose request it says it is, at the least cost: of the parameters only the one that is looked for
/// is decoded.
pub(crate) fn access_key_id(
    raw: &RawRequest<'_>,
) -> Result<(String, Option<SecurityToken>), ApiError> {
    let missing = || ApiError::missing_parameter("AccessKeyId");
    let headers = raw.headers();
    if let Some(authorization) = headers.one("authorization")? {
        let id = acs::access_key_id(authorization)?.to_owned();
        return Ok((id, headers.one("x-acs-security-token")?.map(SecurityToken::new)));
    }
    let query = raw.query()?.as_bytes();
    let find = |name| peek(query, name).or_else(|| peek(raw.body, name));
    let id = find("AccessKeyId").ok_or_else(missing)?;
    Ok((id, find("SecurityToken").map(SecurityToken::new)))
}

/// How to answer a request, whatever else is wrong with it.
pub(crate) fn format(raw: &RawRequest<'_>) -> Format {
    let query = raw.query().unwrap_or_default();
    let found = peek(query.as_bytes(), "Format").or_else(|| peek(raw.body, "Format"));
    found.and_then(|text| parse_format(Some(&text)).ok()).unwrap_or_default()
}

/// Reads the request, and which signature it carries.
pub(crate) fn parse<'a>(
    raw: &RawRequest<'a>,
) -> Result<(Sender, Claim<'a>, Content, &'a [u8]), ApiError> {
    let headers = raw.headers();
    if let Some(name) = ["x-amz-target", "x-amz-date", "x-amz-security-token"]
        .iter()
        .find(|name| headers.first(name).is_some())
    {
        return Err(incomplete(&format!("The header {name} belongs to another protocol.")));
    }
    let mut params = Params::decode(raw.query()?.as_bytes())?;
    let host = headers.one_word("host")?.map(str::to_owned);
    let authorization = headers.one("authorization")?;
    check_media_type(raw, headers)?;
    parse_format(params.optional("Format"))?;
    let (sender, claim, action, version, form) = match authorization {
        None => {
            params.merge(Params::decode(raw.body)?)?;
            let (sender, claim) = rpc_v1::read(raw.method, &params)?;
            let of = |name| params.required(name).map(str::to_owned);
            (sender, claim, of("Action")?, of("Version")?, &[][..])
        }
        Some(authorization) => {
            let query = params.encode();
            let received =
                acs::Received { method: raw.method, query: &query, headers, body: raw.body };
            let (sender, claim) = acs::read(&received, authorization)?;
            let of =
                |name| Ok::<_, ApiError>(headers.one_word(name)?.unwrap_or_default().to_owned());
            // Signed by its hash: it is read once it is known to be its sender's.
            (sender, claim, of("x-acs-action")?, of("x-acs-version")?, raw.body)
        }
    };
    Ok((sender, claim, Content { action, version, host, params }, form))
}

pub(super) fn check_media_type(raw: &RawRequest<'_>, headers: Headers<'_>) -> Result<(), ApiError> {
    if raw.body.is_empty() {
        return Ok(());
    }
    let media_type = headers.one("content-type")?.unwrap_or(FORM_MEDIA_TYPE);
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case(FORM_MEDIA_TYPE) {
        return Err(ApiError::with_message(
            ErrorCode::ParseRequestParameterException,
            "Server parse parameters exception. A body must be application/x-www-form-urlencoded.",
        ));
    }
    Ok(())
}

/// `None` is what an old SDK sends where the caller gave no format.
pub(super) fn parse_format(text: Option<&str>) -> Result<Format, ApiError> {
    match text {
        None => Ok(Format::Json),
        Some(text) if ["json", "none"].iter().any(|known| text.eq_ignore_ascii_case(known)) => {
            Ok(Format::Json)
        }
        Some(text) if text.eq_ignore_ascii_case("xml") => Ok(Format::Xml),
        Some(_) => Err(ApiError::invalid_parameter("Format", "It must be JSON or XML.")),
    }
}

impl Content {
    /// Takes in the form of a request that is signed by its hash.
    pub(crate) fn add_form(&mut self, form: &[u8]) -> Result<(), ApiError> {
        if form.is_empty() {
            return Ok(());
        }
        self.params.merge(Params::decode(form)?)?;
        parse_format(self.params.optional("Format")).map(|_| ())
    }

    /// The action asked for.
    pub(crate) fn action(&self) -> Result<ActionName, ApiError> {
        let product = Product::of_version(&self.version).ok_or_else(|| {
            let known = Product::ALL.iter().map(|product| product.row());
            let known = known.map(|row| format!("{} ({})", row.version, row.service));
            let known = known.collect::<Vec<_>>().join(", ");
            let message = format!("Specified api is not found. Versions here are {known}.");
            ApiError::with_message(ErrorCode::InvalidApiNotFound, message)
        })?;
        let found = ActionName::find(product, &self.action);
        found.filter(|action| action.row().clouds != Clouds::Aws).ok_or_else(|| {
            ApiError::with_message(
                ErrorCode::InvalidApiNotFound,
                "Specified api is not found, please check your url and method. This server has no \
                 such action; names are case-sensitive.",
            )
        })
    }

    /// All that is asked.
    pub(crate) fn command(&self, action: ActionName, limits: &Limits) -> Result<Command, ApiError> {
        command::read(action, &self.params, limits)
    }

    /// The region called, of those served: the one in the host name (`kms.<region>.` and its
    /// `kms-vpc` and `kms-intranet` forms), or `RegionId`, or the first. RPC v1 signs `RegionId` and
    /// not the host: where both say something, it must be the same. A product that is the same for all
    /// regions is everywhere in the first.
    pub(crate) fn region<'a>(&self, served: &'a [Region]) -> Result<&'a Region, ApiError> {
        let first = || served.first().ok_or_else(|| ApiError::internal("no region is served"));
        if Product::of_version(&self.version).is_some_and(|product| !product.row().is_regional) {
            return first();
        }
        // Host names have no case (RFC 9110, section 4.2.3), and region ids are in lower case.
        let find =
            |name: &str| served.iter().find(|region| region.as_str().eq_ignore_ascii_case(name));
        let invalid = |remedy| ApiError::invalid_parameter("RegionId", remedy);
        let called = self.host.as_deref().and_then(region_label).and_then(find);
        let named = self.params.optional("RegionId").map(|name| {
            find(name).ok_or_else(|| invalid("It must be a region that DescribeRegions lists."))
        });
        match (called, named.transpose()?) {
            (Some(called), Some(named)) if called != named => {
                Err(invalid("It must be the region of the host that is called."))
            }
            (Some(region), _) | (None, Some(region)) => Ok(region),
            (None, None) => first(),
        }
    }

    /// Those of the parameters `names` that are there, as their caller wrote them.
    pub(crate) fn parameters(&self, names: &[&'static str]) -> Vec<(&'static str, String)> {
        let found = |name: &&'static str| Some((*name, self.params.optional(name)?.to_owned()));
        names.iter().filter_map(found).collect()
    }
}

fn region_label(host: &str) -> Option<&str> {
    let mut labels = host.split('.');
    let service = labels.next()?;
    let ours = Product::Kms.row().hosts.iter();
    ours.copied().any(|name| name.eq_ignore_ascii_case(service)).then(|| labels.next()).flatten()
}
