//! A connection that never blocks: bytes wait here until the kernel takes them.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{IpAddr, SocketAddr},
};

use mio::{Interest, Registry, Token, net::TcpStream};
use socket2::{Domain, Protocol, Socket, Type};

/// A TCP connection and what is still to be written to it.
pub(crate) struct Wire {
    stream: TcpStream,
    out: Vec<u8>,
}

/// What a read came to.
pub(crate) enum Got {
    /// So many bytes. If they fill the buffer, there may be more.
    Some(usize),
    /// Nothing for now.
    Nothing,
    /// The other end has ended it.
    End,
}

impl Wire {
    /// Begins to connect, from the given address if one is given.
    ///
    /// # Errors
    ///
    /// When the system refuses: too many files, no ports left.
    pub(crate) fn open(
        registry: &Registry,
        token: Token,
        to: SocketAddr,
        from: Option<IpAddr>,
    ) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(to), Type::STREAM, Some(Protocol::TCP))?;
        socket.set_nonblocking(true)?;
        socket.set_tcp_nodelay(true)?;
        if let Some(from) = from {
            socket.bind(&SocketAddr::new(from, 0).into())?;
        }
        match socket.connect(&to.into()) {
            Err(e) if e.raw_os_error() != Some(rustix::io::Errno::INPROGRESS.raw_os_error()) => {
                return Err(e);
            }
            _ => {}
        }
        let mut stream = TcpStream::from_std(socket.into());
        registry.register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)?;
        Ok(Self { stream, out: Vec::new() })
    }

    /// Whether it is connected by now.
    ///
    /// # Errors
    ///
    /// Why it never will be.
    pub(crate) fn connected(&self) -> io::Result<bool> {
        if let Some(error) = self.stream.take_error()? {
            return Err(error);
        }
        match self.stream.peer_addr() {
            Ok(_) => Ok(true),
            Err(e) if e.kind() == ErrorKind::NotConnected => Ok(false),
            Err(e) => Err(e),
        }
    }

    /// Where to put what is to be written; [`Wire::flush`] writes it.
    pub(crate) fn out(&mut self) -> &mut Vec<u8> {
        &mut self.out
    }

    /// Writes what the kernel takes; the rest goes when the connection is writable again.
    ///
    /// # Errors
    ///
    /// When the connection is broken.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        let mut written = 0;
        while written < self.out.len() {
            match self.stream.write(&self.out[written..]) {
                Ok(n) => written += n,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                // Not connected yet, or its buffer is full.
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::NotConnected) => {
                    break;
                }
                Err(e) => return Err(e),
            }
        }
        if written == self.out.len() {
            // Thousands of idle listeners should not keep what they said once.
            if self.out.capacity() > 1 << 16 { self.out = Vec::new() } else { self.out.clear() }
        } else {
            self.out.drain(..written);
        }
        Ok(())
    }

    /// Reads what is there, up to the buffer's size.
    ///
    /// # Errors
    ///
    /// When the connection is broken.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<Got> {
        loop {
            return match self.stream.read(buffer) {
                Ok(0) => Ok(Got::End),
                Ok(n) => Ok(Got::Some(n)),
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                Err(e) if e.kind() == ErrorKind::WouldBlock => Ok(Got::Nothing),
                Err(e) => Err(e),
            };
        }
    }
}
