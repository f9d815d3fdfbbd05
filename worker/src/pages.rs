// SPDX-License-Identifier: Apache-2.0
//! Documents about the worker itself, which no caller signs for.

use edgekms_service::{
    settings::SettingsError,
    watch::{
        page::{Document, Page},
        readiness::Readiness,
    },
};
use wasm_bindgen::JsValue;

use crate::{Head, glue, host::Host, server, to_its_end, with_ports};

/// The answer to a request for one.
pub(crate) async fn answer(page: Page, head: &Head<'_>, host: &Host) -> JsValue {
    let document = match page {
        Page::Health => Document::health(),
        Page::Readiness => readiness(host).await.unwrap_or_else(|error| {
            Document::readiness(&Readiness::without_settings(error.to_string()))
        }),
        Page::Metrics => metrics(head, host)
            .await
            .unwrap_or_else(|error| Document::unavailable(&error.to_string())),
    };
    let lines = document.headers.iter().flat_map(|(name, value)| [name, ":", value, "\n"]);
    let lines: String = lines.collect();
    let body = (head.method != "HEAD").then_some(&*document.body);
    glue::make_document(document.status, document.content_type, &lines, body)
}

async fn readiness(host: &Host) -> Result<Document, SettingsError> {
    let server = server(host.env().as_ref())?;
    let checked = with_ports(host, &server, async |ports| server.ready(ports).await);
    Ok(to_its_end(checked, host.context()).await)
}

async fn metrics(head: &Head<'_>, host: &Host) -> Result<Document, SettingsError> {
    let server = server(host.env().as_ref())?;
    let token = head.header("authorization");
    let scraped = with_ports(host, &server, async |ports| server.scrape(token, ports).await);
    Ok(to_its_end(scraped, host.context()).await)
}
