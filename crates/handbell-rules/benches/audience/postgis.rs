//! PostGIS: a peer, in a server of its own that ends with the bench.
//!
//! A table of circles with a GiST index over their boxes: the box finds candidates and the distance on the sphere
//! decides. It answers with three sums and not with rows, so nothing is lost on the way to us.

use crate::people::{Circle, EARTH_METRES, NOW, kinds_wanted};
use crate::{Doubt, Found};
use std::fs::{File, read_dir, read_to_string};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// The newest installed server with PostGIS; none when there is none.
fn installed() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path()).collect();
    versions.sort();
    let newest = versions.pop()?;
    let version = newest.file_name()?.to_str()?.to_owned();
    let extension = PathBuf::from(format!("/usr/share/postgresql/{version}/extension/postgis.control"));
    (newest.join("bin/initdb").exists() && extension.exists()).then(|| newest.join("bin"))
}

/// The user that the server must run as when we are root, which it refuses to be.
fn whose() -> Option<(u32, u32)> {
    let root = read_to_string("/proc/self/status").ok()?.lines().any(|line| line.starts_with("Uid:\t0\t"));
    let users = read_to_string("/etc/passwd").ok()?;
    let line = users.lines().find(|line| line.starts_with("postgres:"))?;
    let mut words = line.split(':').skip(2);
    let (user, group) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    root.then_some((user, group))
}

/// A running server with the people in it; stopped and removed when this is dropped.
pub struct PostGis {
    bin: PathBuf,
    room: PathBuf,
    speaks: Child,
    asks: ChildStdin,
    tells: BufReader<ChildStdout>,
    pub version: String,
}

fn command(bin: &Path, program: &str) -> Command {
    let mut command = Command::new(bin.join(program));
    command.current_dir("/").env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C.UTF-8");
    if let Some((user, group)) = whose() {
        command.uid(user).gid(group);
    }
    command
}

fn run(command: &mut Command) -> Result<(), Doubt> {
    let output = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    if output.success() { Ok(()) } else { Err(format!("{command:?} failed").into()) }
}

impl PostGis {
    /// Starts a server, or tells that none is installed.
    pub fn start() -> Result<Option<Self>, Doubt> {
        let Some(bin) = installed() else { return Ok(None) };
        // The socket's path must be short.
        let room = std::env::temp_dir().join(format!("audience-{}", std::process::id()));
        std::fs::create_dir(&room)?;
        if let Some((user, group)) = whose() {
            chown(&room, Some(user), Some(group))?;
        }
        let cluster = room.join("d");
        run(command(&bin, "initdb").arg("-D").arg(&cluster).args(["-U", "hb", "-A", "trust", "-N", "-E", "UTF8"]))?;
        let settings = format!("-c listen_addresses='' -k {} -c fsync=off -c shared_buffers=1GB -c work_mem=64MB", room.display());
        run(command(&bin, "pg_ctl").arg("-D").arg(&cluster).arg("-w").arg("-l").arg(room.join("log")).args(["-o", &settings, "start"]))?;
        let mut psql = command(&bin, "psql");
        psql.args(["-X", "-q", "-A", "-t", "-U", "hb", "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-h"]).arg(&room);
        let mut speaks = psql.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let asks = speaks.stdin.take().ok_or("no way to ask psql")?;
        let tells = BufReader::new(speaks.stdout.take().ok_or("no way to hear psql")?);
        let mut server = Self { bin, room, speaks, asks, tells, version: String::new() };
        server.ask("create extension postgis; select 1;")?;
        server.version = server.ask(
            "select 'PostGIS ' || postgis_lib_version() || ' on PostgreSQL ' || current_setting('server_version_num')::int / 10000;",
        )?;
        Ok(Some(server))
    }

    fn ask(&mut self, question: &str) -> Result<String, Doubt> {
        writeln!(self.asks, "{question}")?;
        self.asks.flush()?;
        let mut line = String::new();
        self.tells.read_line(&mut line)?;
        if line.is_empty() {
            return Err("the server did not answer".into());
        }
        Ok(line.trim().to_owned())
    }

    /// Fills the table from everybody's circles and builds its index.
    pub fn fill(&mut self, circles: &[Circle]) -> Result<Duration, Doubt> {
        let path = self.room.join("people.csv");
        let mut file = BufWriter::new(File::create(&path)?);
        for (number, circle) in circles.iter().enumerate() {
            // A hair more than the circle: the box only finds candidates.
            let up = (circle.metres / EARTH_METRES).to_degrees() * 1.001;
            let right = up / (circle.latitude.abs() + up).to_radians().cos();
            let Circle { latitude, longitude, metres } = circle;
            let kinds = kinds_wanted(number as u32);
            writeln!(file, "{number},{latitude},{longitude},{metres},{up},{right},{kinds}")?;
        }
        file.flush()?;
        drop(file);
        let started = Instant::now();
        self.ask(&format!(
            "create unlogged table raw (id int, lat float8, lon float8, r float8, up float8, side float8, kinds int);
             \\copy raw from '{}' with (format csv)
             create unlogged table people as select id, ST_SetSRID(ST_MakePoint(lon, lat), 4326) at, r, kinds, {}::bigint until,
               ST_MakeEnvelope(lon - side, lat - up, lon + side, lat + up, 4326) box from raw;
             create index on people using gist (box); drop table raw; vacuum analyze people; select 1;",
            path.display(),
            NOW.milliseconds() + 1,
        ))?;
        std::fs::remove_file(&path)?;
        Ok(started.elapsed())
    }

    /// Asks who wants the first kind at a point, and how long the answer took.
    pub fn asked(&mut self, latitude: f64, longitude: f64) -> Result<(Found, Duration), Doubt> {
        let point = format!("ST_SetSRID(ST_MakePoint({longitude}, {latitude}), 4326)");
        let question = format!(
            "select count(*), coalesce(sum(id), 0), coalesce(sum(id::bigint * id), 0) from people
             where box && {point} and ST_DistanceSphere(at, {point}) <= r and kinds & 1 <> 0 and until > {};",
            NOW.milliseconds()
        );
        let started = Instant::now();
        let told = self.ask(&question)?;
        let took = started.elapsed();
        let mut sums = told.split('|').map(str::parse::<u128>);
        let mut next = || sums.next().ok_or("three sums were asked for")?.map_err(Doubt::from);
        Ok((Found { people: next()?, sum: next()?, squares: next()? }, took))
    }
}

impl Drop for PostGis {
    fn drop(&mut self) {
        // Whatever is gone already is as good.
        let _ = self.speaks.kill();
        let _ = self.speaks.wait();
        let _ = run(command(&self.bin, "pg_ctl").arg("-D").arg(self.room.join("d")).args(["-m", "immediate", "stop"]));
        let _ = std::fs::remove_dir_all(&self.room);
    }
}
