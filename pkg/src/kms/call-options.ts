// SPDX-License-Identifier: Apache-2.0

/** What every call takes besides its request. */
export interface CallOptions {
  /** Ends the call, waits included; it then fails with the signal's reason. */
  signal?: AbortSignal;
  /** Fewer attempts than the client makes otherwise, with the first one. */
  maxAttempts?: number;
}
