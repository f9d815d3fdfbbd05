// SPDX-License-Identifier: Apache-2.0
// The worker's main module: what worker-build makes of the crate, and the journal.

import "./microtasks.js";
import { WorkerEntrypoint } from "cloudflare:workers";
import * as built from "../build/index.js";
import { hosted } from "./hosted.js";

/** A request that comes by a service binding has no Host header, which its caller has signed: the URL has the host. */
export default class extends built.default {
  fetch(request) {
    if (request.headers.has("host")) return super.fetch(request);
    const named = new Request(request);
    named.headers.set("host", new URL(request.url).host);
    return super.fetch(named);
  }
}

export class AccountObject extends hosted(built.AccountObject) {}
export class AuditObject extends hosted(built.AuditObject) {}
export class KeyringObject extends hosted(built.KeyringObject) {}
export class WatchObject extends hosted(built.WatchObject) {}

/**
 * Writes the lines of the invocations that serve callers. The platform files each line together with the
 * event of the invocation that wrote it, and a caller's event is a request whose URL may hold a plaintext.
 * This one's event is the name of a method.
 */
export class Journal extends WorkerEntrypoint {
  append(line) {
    console.log(line);
  }

  fault(line) {
    console.error(line);
  }
}
