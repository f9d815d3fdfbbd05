// SPDX-License-Identifier: Apache-2.0
//! Running other programs: quietly while they succeed, in full when they fail.

use std::{
    env,
    ffi::OsStr,
    io::{PipeReader, Read, pipe},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::progress::{brief, say};

/// A step that is done sooner is not worth a line: a second run stays silent.
const WORTH_SAYING: Duration = Duration::from_secs(2);
/// A long step says that it is still at work: CI systems stop jobs that fall silent.
const SIGN_OF_LIFE: Duration = Duration::from_secs(60);
/// How long the output may stay open after the program itself has ended (a child it left behind).
const LAST_WORDS: Duration = Duration::from_secs(2);
const POLL: Duration = Duration::from_millis(20);

/// What a program did.
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    /// Standard output and standard error, in the order they were written.
    pub(crate) output: String,
    pub(crate) took: Duration,
}

/// A command without the variables that `cargo run` sets for this program only: build scripts
/// that read them would run again each time the commands of this crate are used.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    command
}

/// The cargo that started this program.
pub(crate) fn cargo(root: &Path) -> Command {
    let mut cargo = command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root);
    cargo
}

/// Whether a program exists and answers with success.
pub(crate) fn starts(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// Runs a step to its end; its output is shown only if it fails.
pub(crate) fn run(command: &mut Command, step: &str) -> Result<()> {
    let finished = watch(command, step)?;
    if !finished.status.success() {
        bail!("{step} failed\n{}\n{}: {}", finished.output, line(command), finished.status);
    }
    if finished.took > WORTH_SAYING {
        say(format_args!("{step}: done in {}", brief(finished.took)));
    }
    Ok(())
}

/// The command as one would type it.
pub(crate) fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// Runs a step to its end and hands back what it wrote, whether it failed or not.
pub(crate) fn watch(command: &mut Command, step: &str) -> Result<Finished> {
    let started = Instant::now();
    let (reader, writer) = pipe()?;
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    let spawned = command.spawn();
    // The command still holds the write ends; the reader sees no end until they are closed.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = spawned.with_context(|| format!("{step}: starting {}", line(command)))?;

    let output = Arc::new(Mutex::new(Vec::new()));
    let collector = {
        let output = Arc::clone(&output);
        thread::spawn(move || collect(reader, &output))
    };
    let status = wait(&mut child, step, started)?;
    let ended = Instant::now();
    while !collector.is_finished() && ended.elapsed() < LAST_WORDS {
        thread::sleep(POLL);
    }
    let output = output.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(Finished {
        status,
        output: String::from_utf8_lossy(&output).into_owned(),
        took: started.elapsed(),
    })
}

fn collect(mut reader: PipeReader, output: &Mutex<Vec<u8>>) {
    let mut buffer = [0; 8192];
    while let Ok(count @ 1..) = reader.read(&mut buffer) {
        let read = buffer.get(..count).unwrap_or_default();
        output.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(read);
    }
}

fn wait(child: &mut Child, step: &str, started: Instant) -> Result<ExitStatus> {
    let mut announce_at = WORTH_SAYING;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if started.elapsed() > announce_at {
            if announce_at == WORTH_SAYING {
                say(format_args!("{step} ..."));
            } else {
                say(format_args!("{step}: still at work after {}", brief(started.elapsed())));
            }
            announce_at += SIGN_OF_LIFE;
        }
        thread::sleep(POLL);
    }
}

/// Hands the terminal, the signals and the exit code over to `command`: Ctrl-C reaches it and
/// nothing else, so it alone decides how to stop.
#[cfg(unix)]
pub(crate) fn hand_over(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec()).with_context(|| format!("starting {}", line(command)))
}

/// Runs `command` in the foreground and ends with its exit code.
#[cfg(not(unix))]
pub(crate) fn hand_over(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("starting {}", line(command)))?;
    std::process::exit(status.code().unwrap_or(1))
}

#[cfg(all(test, unix))]
mod tests {
    use super::{command, run, watch};

    #[test]
    fn output_is_kept_in_the_order_it_was_written() {
        let mut shell = command("sh");
        shell.args(["-c", "echo one; echo two >&2; echo three; exit 3"]);
        let finished = watch(&mut shell, "shell").unwrap();
        assert_eq!(finished.output, "one\ntwo\nthree\n");
        assert_eq!(finished.status.code(), Some(3));
    }

    #[test]
    fn a_failed_step_shows_all_that_it_wrote() {
        let mut shell = command("sh");
        let error = run(shell.args(["-c", "echo why; exit 1"]), "the step").unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("the step failed\nwhy\n"), "{text}");
    }

    #[test]
    fn a_child_left_behind_does_not_hold_the_step() {
        let mut shell = command("sh");
        shell.args(["-c", "sleep 30 & echo done"]);
        let finished = watch(&mut shell, "shell").unwrap();
        assert_eq!(finished.output, "done\n");
        assert!(finished.took.as_secs() < 20);
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&mut command("edgekms-no-such-program"), "the step").unwrap_err();
        assert!(format!("{error:#}").contains("edgekms-no-such-program"));
    }
}
