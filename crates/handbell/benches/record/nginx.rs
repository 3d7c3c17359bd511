//! Nginx: the peer, serving the same compressed bytes from a file with the same headers.

use super::readers::Answer;
use anyhow::{Context, ensure};
use std::fmt::Write as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Ticks a second in `/proc`, fixed on Linux (proc(5), `_SC_CLK_TCK`).
const TICKS: f64 = 100.0;
const STARTS_WITHIN: Duration = Duration::from_secs(10);
/// What nginx writes by itself, or writes because of another line of the settings.
const ITS_OWN: [&str; 6] = ["content-type", "content-length", "content-encoding", "vary", "date", "connection"];

/// A running nginx; stopped when this is dropped.
pub struct Nginx {
    child: Child,
    pub address: SocketAddr,
    pub version: String,
}

fn said(program: &str, words: &[&str]) -> Option<String> {
    let output = Command::new(program).args(words).output().ok()?;
    let text = [output.stdout, output.stderr].concat();
    Some(String::from_utf8_lossy(&text).trim().to_owned())
}

impl Nginx {
    /// Starts it beside a page, or tells that it is not installed.
    pub fn start(room: &Path, path: &str, plain: &Answer, page: &Answer) -> anyhow::Result<Option<Self>> {
        let Some(program) = ["nginx", "/usr/sbin/nginx"].into_iter().find(|program| said(program, &["-v"]).is_some()) else {
            return Ok(None);
        };
        let version = said(program, &["-v"]).unwrap_or_default().replace("nginx version: ", "").replace('/', " ");
        let file = room.join("www").join(path.trim_start_matches('/'));
        std::fs::create_dir_all(file.parent().context("a page lies in a folder")?)?;
        std::fs::write(&file, &plain.body)?;
        std::fs::write(format!("{}.gz", file.display()), &page.body)?;
        // A free port: taken, told and given back.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut headers = String::new();
        for (name, value) in page.headers.iter().filter(|(name, _)| !ITS_OWN.contains(&name.as_str())) {
            let quote = if value.contains('"') { '\'' } else { '"' };
            ensure!(!value.contains([quote, '$']), "a header that nginx cannot be told");
            let _ = writeln!(headers, "      add_header {name} {quote}{value}{quote};");
        }
        let whose = format!("{} {}", said("id", &["-un"]).context("id")?, said("id", &["-gn"]).context("id")?);
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let room = room.display();
        let settings = format!(
            "user {whose};\nworker_processes {cores};\ndaemon off;\npid {room}/nginx.pid;\nerror_log stderr error;\n\
             events {{ worker_connections 4096; }}\n\
             http {{\n  access_log off;\n  sendfile on;\n  tcp_nopush on;\n  tcp_nodelay on;\n  etag off;\n  server_tokens off;\n\
             \x20 if_modified_since off;\n  keepalive_requests 1000000000;\n  keepalive_timeout 600s;\n\
             \x20 open_file_cache max=16 inactive=600s;\n  open_file_cache_valid 600s;\n\
             \x20 client_body_temp_path {room}/body;\n  proxy_temp_path {room}/proxy;\n  fastcgi_temp_path {room}/fastcgi;\n\
             \x20 uwsgi_temp_path {room}/uwsgi;\n  scgi_temp_path {room}/scgi;\n\
             \x20 server {{\n    listen {address} backlog=4096;\n    root {room}/www;\n    types {{ }}\n\
             \x20   default_type \"text/html; charset=utf-8\";\n    location / {{\n      gzip_static on;\n      gzip_vary on;\n{headers}    }}\n  }}\n}}\n"
        );
        let file = format!("{room}/nginx.conf");
        std::fs::write(&file, settings)?;
        let child = Command::new(program).args(["-c", &file, "-e", "stderr"]).stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        let mut nginx = Self { child, address, version };
        let since = Instant::now();
        while TcpStream::connect(address).is_err() {
            ensure!(since.elapsed() < STARTS_WITHIN && nginx.child.try_wait()?.is_none(), "nginx did not start");
        }
        Ok(Some(nginx))
    }

    /// CPU seconds of the master and its workers so far.
    pub fn cpu_seconds(&self) -> anyhow::Result<f64> {
        let master = self.child.id();
        let workers = std::fs::read_to_string(format!("/proc/{master}/task/{master}/children"))?;
        let mut ticks = 0.0;
        for id in workers.split_whitespace().map(str::to_owned).chain([master.to_string()]) {
            let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
            let fields: Vec<&str> = stat.rsplit_once(')').context("stat")?.1.split_whitespace().collect();
            ticks += fields.get(11..13).context("stat")?.iter().filter_map(|text| text.parse::<f64>().ok()).sum::<f64>();
        }
        Ok(ticks / TICKS)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // The master must end its workers itself, so it is asked and not killed. Gone already is as good.
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}
