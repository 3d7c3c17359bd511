//! The command line: one command each, with an exit code that scripts can trust.

pub mod article;
pub mod cast;
mod catch_up;
pub mod control;
pub mod custody;
pub mod demo;
pub mod drill;
pub mod export;
mod handing;
pub mod import;
pub mod known;
pub mod mirror;
pub mod open;
pub mod repair;
pub mod replay;
pub mod sign_off;
pub mod town;
pub mod verify;

use crate::config::Settings;
use crate::folder::{self, Use};
use crate::store::sql::SqlStore;
use crate::world::{Chance, MachineChance, MachineClock};
use anyhow::Context;
use clap::{Parser, Subcommand};
use handbell_log::verify::Gaps;
use handbell_rules::bell::mode::Status;
use handbell_rules::people::member::Role;
use handbell_rules::record::brought::row::Marked;
use std::path::PathBuf;
use std::process::ExitCode;

/// Exit codes (design, section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Good.
    Good = 0,
    /// The answer is no.
    No = 1,
    /// Wrong usage.
    Usage = 2,
    /// Could not tell.
    CouldNotTell = 3,
}

#[derive(Parser)]
#[command(
    name = "handbell",
    version,
    about = "A witness reports, a desk checks, the right people nearby are told, and a record stays.",
    arg_required_else_help = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a group's folder: keys, settings, an empty store. Refuses one that exists.
    Init {
        /// The folder to make.
        dir: PathBuf,
        /// What the group calls itself.
        #[arg(long, default_value = "Neighbours")]
        name: String,
        /// Where its site will stand, for example https://bell.example. Permanent.
        #[arg(long)]
        origin: String,
        /// A playbook that ships with the program, or a folder.
        #[arg(long, default_value = "uk-street")]
        playbook: String,
        /// An area list that ships with the program, or a file.
        #[arg(long, default_value = "peckham")]
        areas: String,
        /// Make a group for drills only: it can never ring a live phone.
        #[arg(long)]
        exercise: bool,
        /// Let sign-in links open the desk without a passkey; an exercise does anyway.
        #[arg(long)]
        links_sign_in: bool,
    },
    /// Serve a group's folder. Never creates a store.
    Serve {
        /// The group's folder.
        dir: PathBuf,
        /// Where to listen; loopback, behind a TLS proxy.
        #[arg(long)]
        listen: Option<String>,
        /// A PostgreSQL address (not built yet).
        #[arg(long)]
        database: Option<String>,
        /// Let every caller knock as often as they like; for load tests on this machine only.
        #[arg(long, hide = true)]
        without_limits: bool,
    },
    /// Try everything in a temporary exercise group: a drill is replayed, phones ring, nothing is real.
    Demo {
        /// Where to listen.
        #[arg(long, default_value = "127.0.0.1:8480")]
        listen: String,
        /// How many times faster than the drill's own clock.
        #[arg(long, default_value_t = 30.0)]
        speed: f64,
        /// Let the program play the members too; every page says so.
        #[arg(long)]
        auto: bool,
    },
    /// Practise: replay a scenario's reports into DIR/drill and score the desk. No live phone can hear of it.
    Drill(drill::Words),
    /// Make a one-time sign-in link for a member, new or known.
    Invite {
        /// The group's folder.
        dir: PathBuf,
        /// A role; may be given several times: triager, approver, editor, observer, custodian, keeper, auditor.
        #[arg(long, required = true)]
        role: Vec<String>,
        /// A first or made-up name.
        #[arg(long)]
        name: String,
    },
    /// Revoke a member: from the next request on nothing of theirs opens anything.
    Revoke {
        /// The group's folder.
        dir: PathBuf,
        /// The member's name.
        #[arg(long)]
        name: String,
    },
    /// Enter what a file holds into the public record. Every page of it says so.
    Import {
        /// The group's folder.
        dir: PathBuf,
        /// The file.
        file: PathBuf,
        /// What the file is: scenario; events-csv for a table of events and claims; revisions-jsonl for a public list
        /// with its edits; reports-csv for reports into an exercise group; jsonl for a whole log from `handbell export --as
        /// jsonl`, which only a group that has published nothing can take over; or article for a text whose findings are
        /// printed and not entered.
        #[arg(long = "as", value_name = "KIND")]
        kind: String,
        /// For jsonl: the verifier key of the log's publisher as you know it from elsewhere; without it the file's own
        /// word is taken.
        #[arg(long)]
        key: Option<String>,
        /// For events-csv, reports-csv and revisions-jsonl: a file that says which column says what.
        #[arg(long)]
        map: Option<PathBuf>,
        /// For revisions-jsonl: the file of the edits.
        #[arg(long)]
        edits: Option<PathBuf>,
        /// What becomes of a row in which the guard marks words: row refuses all of it (so it is without this), words
        /// leaves only the marked words out. Either way they are written to DIR/rejects and counted.
        #[arg(long, value_name = "row|words")]
        marked: Option<String>,
        /// For article: when it was published, as “16 May 2017” or a year; “last Saturday” is counted from it.
        #[arg(long)]
        published: Option<String>,
        /// For article: the incident at whose page the findings would be accepted; its address is printed.
        #[arg(long, value_name = "ID")]
        incident: Option<String>,
        /// For article: print for programs.
        #[arg(long)]
        json: bool,
    },
    /// Write the public record to a new file or folder, from what is published; a server may run meanwhile.
    Export {
        /// The group's folder.
        dir: PathBuf,
        /// As what: jsonl (the whole log), csv (one row for each claim), geojson, json-ld (schema.org), or bundle (a folder
        /// to verify).
        #[arg(long = "as", value_name = "KIND")]
        kind: String,
        /// The file or folder to make. One that exists is left alone.
        out: PathBuf,
    },
    /// List the rights cards and languages and who signed or checked them; with CARD or --language, --role and
    /// --firm enter it.
    SignOff {
        /// The group's folder.
        dir: PathBuf,
        /// The card that was signed off, for example street.
        #[arg(requires = "role", conflicts_with = "language")]
        card: Option<String>,
        /// The language whose alert words somebody read beside the English ones, for example es.
        #[arg(long, requires = "role")]
        language: Option<String>,
        /// In which role, for example solicitor or translator. No person's name.
        #[arg(long, requires = "firm")]
        role: Option<String>,
        /// Of which firm, law centre or body.
        #[arg(long, requires = "role")]
        firm: Option<String>,
        /// On which day, for example 2026-11-30; today when left out.
        #[arg(long, requires = "role")]
        on: Option<String>,
    },
    /// Keep a neighbouring group's log: pull what is new, verify, store, cosign, and take away what was withdrawn. Answers 1
    /// when the log went back or showed two histories, 3 when it could not be read.
    Mirror(mirror::Words),
    /// Bring this group's log back, after a disk was lost or an older copy was put back; words that were withdrawn since go.
    /// Not while `serve` runs.
    Repair {
        /// The group's folder, with its keys and settings.
        dir: PathBuf,
        /// The neighbour's site; or a folder made by `handbell mirror`. Without it the folder's own published files.
        #[arg(long, value_name = "URL")]
        from_neighbour: Option<String>,
        /// Bring the log back also where the words of some entries are nowhere any more: their places stay, and the record
        /// says that the words are missing. Ask every neighbour without this first.
        #[arg(long)]
        with_gaps: bool,
    },
    /// The three public keys to which the key of each original is sealed; any two of three custodians open one.
    #[command(subcommand)]
    Custody(custody::Words),
    /// Known pictures as hashes: give a neighbouring group ours, take theirs in.
    #[command(subcommand)]
    Known(known::Words),
    /// Open an original on a custodian's own machine, without the server: two sealed shares, their identities, and the
    /// sealed parts. Answers 1 when they do not fit or the hash is another, 3 when something is missing.
    Open(open::Words),
    /// Check a published log: signature, tree, openings, and that the pages follow from it. Or one page from one file
    /// (page FILE), or whether a log signed two histories (split A B).
    Verify {
        /// A site's address, a group's folder or a pack; or the word page or split.
        what: String,
        /// After page: a page proof, and the page as you saved it (HTML or data). After split: two checkpoints.
        #[arg(num_args = 0..=2)]
        files: Vec<PathBuf>,
        /// The log's verifier key as you know it from elsewhere; without it the site's own word is taken.
        #[arg(long)]
        key: Option<String>,
        /// The logs and cosigners you believe, and how many of them it takes (C2SP tlog-policy). A quorum that is missed
        /// is exit code 3. Without one, who cosigns is the site's own word.
        #[arg(long, value_name = "FILE", conflicts_with = "key")]
        policy: Option<PathBuf>,
        /// Of a whole log: exit code 3 where fewer than the policy's quorum have signed within so many hours. Without it
        /// the age of the newest is said and nothing more.
        #[arg(long, value_name = "HOURS", requires = "policy", conflicts_with = "light")]
        within: Option<u64>,
        /// For split: a folder with the log's entry bundles, needed where the sizes differ.
        #[arg(long, value_name = "FOLDER")]
        leaves: Option<PathBuf>,
        /// For a site: check some pages by their proofs, without reading the log.
        #[arg(long)]
        light: bool,
        /// For a site: look at every page, and ask for every content at its own address.
        #[arg(long)]
        pages: bool,
        /// For a pack: a file with the age identity to which its originals are sealed.
        #[arg(long, value_name = "FILE")]
        identity: Option<PathBuf>,
        /// Print one JSON object, for programs.
        #[arg(long)]
        json: bool,
    },
    /// Started by `serve` for one file at a time: reads it with everything else given up (crate::shut_in).
    #[command(hide = true)]
    ShutIn {
        /// What to do, as JSON.
        orders: String,
        /// What it may use up, as JSON.
        limits: String,
    },
    /// Make a pack of footage for somebody outside: a folder with everything but the originals. Two custodians open these
    /// on their own machine and put them in with `handbell pack`.
    HandOver {
        /// The group's folder.
        dir: PathBuf,
        /// The folder to make. One that exists is left alone.
        out: PathBuf,
        /// The footage, by its ids as the desk shows them.
        #[arg(required = true)]
        footage: Vec<String>,
        /// For whom, for example a law firm; it stands in the pack and in the custody chain.
        #[arg(long = "for", value_name = "WHOM")]
        for_whom: String,
    },
    /// Put an opened original into a pack, sealed to one age key or in the clear. It must be the file that was received.
    Pack {
        /// The pack.
        pack: PathBuf,
        /// The original, as `handbell open` wrote it.
        original: PathBuf,
        /// Which item of the pack it is, from 1.
        #[arg(long, default_value_t = 1)]
        item: usize,
        /// The age key of whoever is to open it (age1…).
        #[arg(long, value_name = "KEY", required_unless_present = "in_the_clear", conflicts_with = "in_the_clear")]
        to: Option<String>,
        /// Put it in so that everybody who has the pack can see it.
        #[arg(long)]
        in_the_clear: bool,
    },
}

/// Runs the program.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let usage = error.use_stderr();
            let _ = error.print();
            return ExitCode::from(if usage { Answer::Usage } else { Answer::Good } as u8);
        }
    };
    // Before there are threads: walls go up around one thread and hold for what it starts.
    if let Command::ShutIn { orders, limits } = &arguments.command {
        return crate::shut_in::part::run(orders, limits);
    }
    #[expect(clippy::disallowed_methods, reason = "how much is logged is asked before there is a folder with settings")]
    let filter = std::env::var("HANDBELL_LOG").unwrap_or_else(|_| "warn,handbell=info".to_owned());
    // Log lines hold ids and counts; a level finer than info is for the makers and still holds no words.
    // A line that cannot be written, because the log lies on a full disk, is lost. To complain of that on the same stream
    // would panic in whoever wrote it, the store's writer among them.
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_target(false).log_internal_errors(false);
    let _ = lines.with_writer(std::io::stderr).try_init();
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "the runtime did not start");
            return ExitCode::from(Answer::CouldNotTell as u8);
        }
    };
    let answer = runtime.block_on(command(arguments.command)).unwrap_or_else(|error| {
        eprintln(&format!("handbell: {error:#}"));
        error.downcast_ref::<Stopped>().map_or(Answer::No, |stopped| stopped.0)
    });
    ExitCode::from(answer as u8)
}

/// An answer that ends a command from deep inside it.
#[derive(Debug, thiserror::Error)]
#[error("{1}")]
pub struct Stopped(pub Answer, pub String);

/// How this program is called by whoever called it: `handbell` where the shell finds it, the path that was typed otherwise.
pub fn called() -> String {
    std::env::args_os().next().map_or_else(|| "handbell".into(), |word| word.to_string_lossy().into_owned())
}

/// Prints for whoever typed the command. Nobody listening any more is no reason to break off.
pub fn say(line: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

#[expect(clippy::print_stderr, reason = "the command line's errors go to standard error")]
fn eprintln(line: &str) {
    eprintln!("{line}");
}

fn roles(words: &[String]) -> anyhow::Result<Vec<Role>> {
    words
        .iter()
        .map(|word| {
            Role::parse(word).ok_or_else(|| {
                Stopped(
                    Answer::Usage,
                    format!("no such role: {word}; choose triager, approver, editor, observer, custodian, keeper or auditor"),
                )
                .into()
            })
        })
        .collect()
}

async fn command(command: Command) -> anyhow::Result<Answer> {
    match command {
        Command::Init { dir, name, origin, playbook, areas, exercise, links_sign_in } => {
            let status = if exercise { Status::Exercise } else { Status::Actual };
            let settings = Settings {
                playbook,
                areas,
                links_sign_in: links_sign_in.then_some(true),
                ..Settings::of(name, origin.trim_end_matches('/').to_owned(), status)
            };
            let made = init(&dir, &settings, &MachineChance).await?;
            say(&format!("made {}", dir.display()));
            say("");
            say("Keep this line on paper, away from the server. It alone opens contact details, and it is shown once:");
            say(&made.contact_identity);
            say("");
            let (called, dir) = (called(), dir.display());
            say(&format!("next: {called} invite {dir} --role triager --role approver --name NAME, then {called} serve {dir}"));
            Ok(Answer::Good)
        }
        Command::Serve { dir, listen, database, without_limits } => {
            if database.is_some() {
                return Err(Stopped(
                    Answer::Usage,
                    "PostgreSQL is not built yet; leave --database out to use the folder's own store".into(),
                )
                .into());
            }
            town::serve(&dir, &town::Staging::default(), listen, without_limits).await
        }
        Command::Demo { listen, speed, auto } => demo::run(&listen, speed, auto).await,
        Command::Drill(words) => drill::run(words).await,
        Command::Invite { dir, role, name } => {
            let roles = roles(&role)?;
            say(&control::invite(&dir, &name, &roles).await?);
            Ok(Answer::Good)
        }
        Command::Revoke { dir, name } => {
            control::revoke(&dir, &name).await?;
            say(&format!("revoked {name}"));
            Ok(Answer::Good)
        }
        Command::Import { dir, file, kind, key, map, edits, marked, published, incident, json } => {
            let marked = match marked.as_deref() {
                None => None,
                Some("row") => Some(Marked::Row),
                Some("words") => Some(Marked::Words),
                Some(other) => return Err(Stopped(Answer::Usage, format!("--marked {other} is not known; choose row or words")).into()),
            };
            import::run(&dir, &file, &kind, import::With { key, map, edits, marked, published, incident, json }).await
        }
        Command::Export { dir, kind, out } => export::run(&dir, &kind, &out),
        Command::SignOff { dir, card, language, role, firm, on } => {
            let what = card.map(sign_off::What::Card).or(language.map(sign_off::What::Language));
            if what.is_none() && role.is_some() {
                return Err(Stopped(Answer::Usage, "name a CARD or a --language".into()).into());
            }
            let new = what.zip(role).zip(firm).map(|((what, role), firm)| sign_off::New { what, role, firm, on });
            sign_off::run(&dir, new, &MachineClock)
        }
        Command::Repair { dir, from_neighbour, with_gaps } => {
            let gaps = if with_gaps { Gaps::Any } else { Gaps::None };
            match from_neighbour {
                Some(neighbour) => repair::run(&dir, &neighbour, gaps).await,
                None => catch_up::run(&dir, gaps).await,
            }
        }
        Command::Mirror(words) => mirror::run(words).await,
        Command::Custody(words) => custody::run(words).await,
        Command::Known(words) => known::run(words).await,
        Command::Open(words) => open::run(&words),
        Command::Verify { what, files, key, policy, within, leaves, light, pages, identity, json } => {
            verify::run(&what, verify::With { files, key, policy, within, leaves, light, pages, identity, json }).await
        }
        Command::ShutIn { .. } => Err(Stopped(Answer::CouldNotTell, "shut-in is started before anything else".into()).into()),
        Command::HandOver { dir, out, footage, for_whom } => handing::hand_over(&dir, &out, &footage, &for_whom).await,
        Command::Pack { pack, original, item, to, in_the_clear: _ } => handing::put_in(&pack, &original, item, to.as_deref()),
    }
}

/// Makes a folder and its empty store.
pub async fn init(dir: &std::path::Path, settings: &Settings, chance: &dyn Chance) -> anyhow::Result<folder::Made> {
    let made = folder::make(dir, settings, chance)?;
    let opened = folder::open(dir, Use::Writing)?;
    let store = SqlStore::create(&dir.join(town::STORE_FILE), opened.log_key.clone(), settings.status).await.context("making the store")?;
    store.close().await;
    Ok(made)
}
