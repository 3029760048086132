//! A mail server that does at each command what a script says.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What it does.
#[derive(Clone, Copy, Debug)]
pub enum Turn {
    /// The answer that all is well.
    Yes,
    Say(&'static str),
    /// Goes without a word.
    Close,
    /// Says nothing more.
    Hang,
}

#[derive(Default)]
struct Seen {
    connections: usize,
    commands: Vec<String>,
    mails: Vec<String>,
}

/// Ends with the test.
pub struct Scripted {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    news: watch::Receiver<()>,
    _serving: JoinSet<()>,
}

type Script = Arc<dyn Fn(usize, &str) -> Turn + Send + Sync>;

impl Scripted {
    /// `script` is asked with the number of the connection (from 0) and the command: `GREETING`,
    /// `EHLO`, `AUTH`, `NOOP`, `RSET`; and, with their number on this connection (from 1),
    /// `MAIL 1`, `RCPT 1`, `DATA 1` and `CONTENT 1`, which is the mail itself.
    pub async fn start(script: impl Fn(usize, &str) -> Turn + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::<Mutex<Seen>>::default();
        let (tell, news) = watch::channel(());
        let (script, theirs): (Script, _) = (Arc::new(script), Arc::clone(&seen));
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut talks = JoinSet::new();
            for number in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                theirs.lock().unwrap().connections += 1;
                let (script, seen, tell) = (Arc::clone(&script), Arc::clone(&theirs), tell.clone());
                talks.spawn(async move {
                    let mut talk = Talk { number, script, seen, tell, counts: HashMap::new() };
                    // A client may go at any time.
                    let _ = talk.hold(stream).await;
                });
            }
        });
        Self { address, seen, news, _serving: serving }
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    pub fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }

    /// The mails that came whole, whatever was answered.
    pub fn mails(&self) -> Vec<String> {
        self.seen.lock().unwrap().mails.clone()
    }

    /// Waits for a command.
    pub async fn heard(&self, command: &str) {
        let heard = |seen: &Seen| seen.commands.iter().any(|heard| heard == command);
        self.news.clone().wait_for(|()| heard(&self.seen.lock().unwrap())).await.unwrap();
    }
}

struct Talk {
    number: usize,
    script: Script,
    seen: Arc<Mutex<Seen>>,
    tell: watch::Sender<()>,
    counts: HashMap<String, usize>,
}

impl Talk {
    async fn hold(&mut self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        if !self.turn(&mut stream, "GREETING", "220 here").await? {
            return Ok(());
        }
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let verb = line.split([' ', '\r']).next().unwrap_or_default().to_uppercase();
            let yes = match verb.as_str() {
                "EHLO" => "250-here\r\n250 AUTH PLAIN",
                "AUTH" => "235 come in",
                "DATA" => "354 go on",
                _ => "250 yes",
            };
            let command = match verb.as_str() {
                "MAIL" | "RCPT" | "DATA" => self.numbered(&verb),
                _ => verb.clone(),
            };
            if !self.turn(&mut stream, &command, yes).await? {
                return Ok(());
            }
            if verb == "DATA" {
                let mail = read_mail(&mut stream).await?;
                self.seen.lock().unwrap().mails.push(mail);
                let command = self.numbered("CONTENT");
                if !self.turn(&mut stream, &command, "250 taken").await? {
                    return Ok(());
                }
            }
        }
    }

    fn numbered(&mut self, verb: &str) -> String {
        let count = self.counts.entry(verb.to_owned()).or_default();
        *count += 1;
        format!("{verb} {count}")
    }

    /// False: the talk is over.
    async fn turn(
        &self,
        stream: &mut BufReader<TcpStream>,
        command: &str,
        yes: &str,
    ) -> std::io::Result<bool> {
        self.seen.lock().unwrap().commands.push(command.to_owned());
        self.tell.send_replace(());
        let answer = match (self.script)(self.number, command) {
            Turn::Yes => yes,
            Turn::Say(answer) => answer,
            Turn::Close => return Ok(false),
            Turn::Hang => std::future::pending().await,
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
        Ok(!answer.starts_with("421"))
    }
}

async fn read_mail(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut mail = String::new();
    loop {
        let from = mail.len();
        if stream.read_line(&mut mail).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if &mail[from..] == ".\r\n" {
            return Ok(mail);
        }
    }
}
