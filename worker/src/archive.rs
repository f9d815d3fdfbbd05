// SPDX-License-Identifier: Apache-2.0
//! R2 as the place of events that their objects have forgotten.

use std::rc::Rc;

use edgekms_service::{
    audit::Outlets,
    port::{Archive, LocalFuture, PortError},
};
use worker::{Bucket, Env};

use crate::host::{Host, Log, port_error};

/// The name of the R2 binding.
const BINDING: &str = "AUDIT_ARCHIVE";
/// The platform lists 1,000 names at once; whoever reads a folder with more pages than this gets an error.
const PAGES_MAX: u32 = 50;

/// Where an object's events go: to its log, and to the bucket. If none is bound, what is forgotten is gone.
pub(crate) fn outlets(env: &Env) -> Outlets {
    let archive = env.bucket(BINDING).ok().map(|bucket| Rc::new(Kept(bucket)) as Rc<dyn Archive>);
    Outlets { log: Rc::new(Log), archive }
}

struct Kept(Bucket);

impl Archive for Kept {
    fn put<'a>(&'a self, path: &'a str, text: String) -> LocalFuture<'a, Result<(), PortError>> {
        Box::pin(
            async move { self.0.put(path, text).execute().await.map(drop).map_err(port_error) },
        )
    }

    fn get<'a>(&'a self, path: &'a str) -> LocalFuture<'a, Result<Option<String>, PortError>> {
        Box::pin(async move {
            let found = self.0.get(path).execute().await.map_err(port_error)?;
            match found.as_ref().and_then(worker::Object::body) {
                Some(body) => body.text().await.map(Some).map_err(port_error),
                None => Ok(None),
            }
        })
    }

    fn list<'a>(&'a self, path: &'a str) -> LocalFuture<'a, Result<Vec<String>, PortError>> {
        Box::pin(async move {
            let (mut names, mut cursor) = (Vec::new(), None::<String>);
            for _ in 0..PAGES_MAX {
                let asked = self.0.list().prefix(path).delimiter("/");
                let asked = match cursor.take() {
                    Some(cursor) => asked.cursor(cursor),
                    None => asked,
                };
                let page = asked.execute().await.map_err(port_error)?;
                names.extend(page.delimited_prefixes());
                names.extend(page.objects().iter().map(worker::Object::key));
                cursor = page.cursor();
                if !page.truncated() {
                    names.sort_unstable();
                    return Ok(names);
                }
            }
            Err(PortError(format!("the archive's folder {path} has too many names")))
        })
    }
}

/// The bucket, for one request: looked for when it is needed.
pub(crate) struct R2<'a>(pub(crate) &'a Host);

impl R2<'_> {
    fn kept(&self) -> Result<Kept, PortError> {
        self.0.env().bucket(BINDING).map(Kept).map_err(port_error)
    }
}

impl Archive for R2<'_> {
    fn put<'a>(&'a self, path: &'a str, text: String) -> LocalFuture<'a, Result<(), PortError>> {
        Box::pin(async move { self.kept()?.put(path, text).await })
    }

    fn get<'a>(&'a self, path: &'a str) -> LocalFuture<'a, Result<Option<String>, PortError>> {
        Box::pin(async move { self.kept()?.get(path).await })
    }

    fn list<'a>(&'a self, path: &'a str) -> LocalFuture<'a, Result<Vec<String>, PortError>> {
        Box::pin(async move { self.kept()?.list(path).await })
    }
}
