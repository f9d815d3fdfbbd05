// SPDX-License-Identifier: Apache-2.0
/** What a start is refused for. No message holds a secret. */

/** Every code, with what to do about it. */
export const SERVER_CODES = {
  NodeTooOld: "The Node that runs this lacks what the server needs. The message says which one does.",
  InvalidOption: "An option has the wrong form. The message names it.",
  UnknownSetting: "The worker has no such setting. The message names those that are near.",
  InvalidSetting: "The worker refuses a setting's value. The message says what it must be.",
  StateInUse: "Another server has the state folder. Stop it, or name another folder.",
  StateUnusable: "The state folder, or a file in it, cannot be read or written. The message says which.",
  PortInUse: "Something listens on the port already. Stop it, or choose another port.",
  WorkerMissing: "The package has no built worker. In a checkout, build it: `cargo xtask build`.",
  RuntimeFailed: "The runtime, workerd, did not start or did not answer. The message has what it said.",
  ClockFailed: "The clock cannot be moved so. The message says why.",
} as const;

/** The stable name of a reason. */
export type ServerErrorCode = keyof typeof SERVER_CODES;

/** Why a server could not be started, or its clock not be moved. Branch on `code`; `message` is for people. */
export class ServerError extends Error {
  /** Stable, for programs. */
  readonly code: ServerErrorCode;

  /** @internal */
  constructor(code: ServerErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }

  override get name(): string {
    return "ServerError";
  }
}

/**
 * Somebody listens there already.
 *
 * @internal
 */
export function portInUse(port: number | undefined, cause: unknown): ServerError {
  const text = `something listens on port ${port} already. Stop it, or choose another port; 0 is one that is free`;
  return new ServerError("PortInUse", text, cause);
}
