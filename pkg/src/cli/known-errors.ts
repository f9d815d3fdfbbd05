// SPDX-License-Identifier: Apache-2.0
/** Codes of the package, of services and of systems: how the program ends for them, and what to do. */

import type { ExitName } from "./exit.js";

/** What is known of a family of codes. */
interface Known {
  readonly codes: RegExp;
  readonly exit: ExitName;
  readonly remedy?: string;
}

const KEYS = "`edgekms inspect` shows which keys the message names.";
const LATER = "Try again later.";

/** Why a service opens nothing, where it is another reason than the message's: these are told of in its place. */
export const REASONS: readonly ExitName[] = ["notFound", "notPermitted", "unreachable", "conflict"];

/** The first that fits is the one. The codes are those of pkg/src/errors.ts and pkg/src/generated/codes.ts. */
export const KNOWN: readonly Known[] = [
  { codes: /^InvalidArgument$/, exit: "usage" },
  { codes: /^(InvalidParameter|MissingParameter|MalformedPolicyDocument)/, exit: "usage" },
  { codes: /^(InvalidContext|EngineUnavailable)$/, exit: "usage" },
  { codes: /^(InvalidOption|UnknownSetting|InvalidSetting)$/, exit: "usage" },
  { codes: /^(StateInUse|PortInUse|SeedConflict)$/, exit: "conflict" },
  { codes: /^StateUnusable$/, exit: "file" },
  { codes: /^(PartUnavailable|NodeTooOld|WorkerMissing|RuntimeFailed)$/, exit: "unexpected" },
  { codes: /^(NoDataKey|IncorrectKeyException|InvalidCiphertextException)$/, exit: "notAuthentic", remedy: KEYS },
  {
    codes: /^(ContextMismatch|MissingRequiredContext)$/,
    exit: "notAuthentic",
    remedy: "`edgekms inspect` shows the context that the message names.",
  },
  { codes: /^MalformedHeader$/, exit: "notAuthentic" },
  { codes: /^TruncatedMessage$/, exit: "notAuthentic", remedy: "Copy or download it again." },
  {
    codes: /^(HeaderNotAuthentic|FrameNotAuthentic|FrameOutOfOrder|MalformedFrame|TrailingBytes|SignatureNotValid|ValueNotAuthentic|UnexpectedContent)$/,
    exit: "notAuthentic",
    remedy: "The file was damaged or changed: take it from where it came from again.",
  },
  { codes: /^(UnsupportedSuite|CommitmentPolicyViolation|TooManyEncryptedDataKeys|SignedMessage|UnauthenticatedAlgorithm)$/, exit: "notAuthentic" },
  { codes: /^(FileFailed|SourceChanged|SourceFailed)$/, exit: "file" },
  {
    codes: /^Forbidden\.(Key|Alias)NotFound$/,
    exit: "notFound",
    remedy: "`edgekms keys list` has the keys of the region and their aliases, each of which begins with alias/.",
  },
  { codes: /^InvalidAccessKeyId\.NotFound$/, exit: "notPermitted" },
  { codes: /(NotFound|NotFoundException|NotExist(\..*)?)$/, exit: "notFound" },
  {
    codes: /^(IllegalTimestamp|InvalidTimeStamp\.Expired)$/,
    exit: "notPermitted",
    remedy: "Set this machine's clock; `edgekms doctor` compares it with the service's.",
  },
  {
    codes: /^(CredentialsUnavailable|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature|IncompleteSignature|UnrecognizedClient|InvalidSecurityToken|ExpiredToken|Missing(SecurityToken|AuthenticationToken)|InvalidIdentityToken|AuthenticationFail\.OIDC)/,
    exit: "notPermitted",
    remedy: "Check the access key of the profile or of the environment.",
  },
  {
    codes: /^(Forbidden\.(NoPermission|AccessKey)|NoPermission|AccessDenied|AuthenticationFail\.NoPermission)/,
    exit: "notPermitted",
    remedy: "Ask whoever manages the account for the permission.",
  },
  { codes: /^(NetworkFault|Timeout|InvalidAnswer)$/, exit: "unreachable", remedy: "Check --endpoint; `edgekms doctor` looks for the cause." },
  { codes: /^(ServiceUnavailable|InternalFailure|KMSInternal|DependencyTimeout|Rejected\.Unavailable|Rejected\.Throttling|Throttling)/, exit: "unreachable", remedy: LATER },
  { codes: /^(AliasAlreadyExists|AlreadyExists|EntityAlreadyExists|DeleteConflict|ConflictException|EntityTemporarilyUnmodifiable|Forbidden\.Opened)/, exit: "conflict" },
  { codes: /^(Rejected\.(Disabled|Enabled|Pending|StateModifiedFailed)|DisabledException|KMSInvalidState)/, exit: "conflict" },
];

/** What to do about a system's error on a file. */
export const FILE_TROUBLE: Readonly<Record<string, string>> = {
  ENOENT: "There is no such file or folder: check the path.",
  EACCES: "You have no permission for it: check who owns the file and its folder.",
  EPERM: "The system does not allow it: check who owns the file and its folder.",
  EISDIR: "It is a folder, and a file is wanted.",
  ENOTDIR: "A part of the path is a file, and no folder.",
  EEXIST: "Give another name, or --force to replace it.",
  ENOSPC: "The disk is full: make room, or write to another with --out.",
  EDQUOT: "Your share of the disk is full: make room, or write to another with --out.",
  EFBIG: "The file would be larger than the system or `ulimit -f` allows.",
  EROFS: "The disk cannot be written to: write to another with --out.",
  ENAMETOOLONG: "The name is longer than the file system allows: choose one with --out.",
  EMFILE: "Too many files are open: see `ulimit -n`.",
  ENFILE: "The system has too many open files.",
  ELOOP: "The links of the path lead in a circle.",
  EBUSY: "Somebody else uses it.",
  ETXTBSY: "It is a program that runs.",
  EIO: "The disk failed: look at the system's log.",
};
