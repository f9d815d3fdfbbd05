// SPDX-License-Identifier: Apache-2.0
//! AssumeRole: a session of a role that the caller may take on, and that lets the caller do so.
