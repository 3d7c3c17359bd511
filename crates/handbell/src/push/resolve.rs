//! Resolve: where a push service's name may lead.
//!
//! A name on the list of push origins is not enough: whoever answers for names could send us to a machine
//! of our own network. So every connection resolves through here, and an answer with any address that is
//! not on the public internet is refused whole (a push service has none, so one is a sign of tampering).
//! It keeps no answers. Addresses written as numbers never come here: endpoints refuse them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;

/// A name led nowhere, or to an address outside the public internet. Says neither name nor address, because
/// errors end in logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ResolveRefused {
    /// At least one address is not public.
    #[error("a push service's name leads to an address that is not public")]
    NotPublic,
    /// No address at all.
    #[error("a push service's name leads nowhere")]
    Nowhere,
}

/// Asks the machine for names.
pub struct MachineNames;

impl Resolve for MachineNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // Port 0 lets the client use the port of the URL.
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Lets through what another resolver says if all of it is public.
pub struct PublicOnly {
    names: Arc<dyn Resolve>,
}

impl PublicOnly {
    /// Guards a resolver.
    pub fn guarding(names: impl Resolve + 'static) -> Self {
        Self { names: Arc::new(names) }
    }
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let asked = self.names.resolve(name);
        Box::pin(async move {
            let found: Vec<SocketAddr> = asked.await?.collect();
            if found.is_empty() {
                return Err(ResolveRefused::Nowhere.into());
            }
            if !found.iter().all(|address| is_public(address.ip())) {
                return Err(ResolveRefused::NotPublic.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Knows no name at all: exercise phones are reached by number, and nothing else is in a drill.
pub struct NoNames;

impl Resolve for NoNames {
    fn resolve(&self, _name: Name) -> Resolving {
        Box::pin(async { Err(ResolveRefused::Nowhere.into()) })
    }
}

/// Leads every name to one place, port included: for measuring and for tests.
#[cfg(any(test, feature = "conformance"))]
pub struct OnePlace(pub SocketAddr);

#[cfg(any(test, feature = "conformance"))]
impl Resolve for OnePlace {
    fn resolve(&self, _name: Name) -> Resolving {
        let there = self.0;
        Box::pin(async move { Ok(Box::new(std::iter::once(there)) as Addrs) })
    }
}

/// Whether an address is one that everybody on the internet may reach (IANA special-purpose registries,
/// RFC 6890).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_4(address),
        IpAddr::V6(address) => is_public_6(address),
    }
}

fn is_public_4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match (a, b, c) {
        (0 | 10 | 127, _, _) => true, // this network, private, loopback
        (100, 64..=127, _) => true,   // shared between provider and customer (RFC 6598)
        (169, 254, _) => true,        // link-local; where clouds keep their secrets
        (172, 16..=31, _) => true,    // private
        (192, 0, 0 | 2) => true,      // protocol assignments, documentation
        (192, 88, 99) => true,        // old 6to4 relays
        (192, 168, _) => true,        // private
        (198, 18 | 19, _) => true,    // benchmarks
        (198, 51, 100) => true,       // documentation
        (203, 0, 113) => true,        // documentation
        (224.., _, _) => true,        // multicast, reserved, broadcast
        _ => false,
    };
    !special
}

fn is_public_6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // Networks with IPv6 alone reach IPv4 through this prefix (RFC 6052): what counts is the address inside.
    if segments[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
        let [.., a, b, c, d] = address.octets();
        return is_public_4(Ipv4Addr::new(a, b, c, d));
    }
    // Only 2000::/3 is given out. Everything else is loopback, IPv4 in disguise, private, link-local or multicast.
    let given_out = (0x2000..=0x3fff).contains(&segments[0]);
    let special = match (segments[0], segments[1]) {
        (0x2001, 0..=0x01ff) => true, // protocol assignments, Teredo, benchmarks, ORCHID (2001::/23)
        (0x2001, 0x0db8) => true,     // documentation
        (0x2002, _) => true,          // 6to4 hides an IPv4 address
        (0x3fff, 0..=0x0fff) => true, // documentation (RFC 9637)
        _ => false,
    };
    given_out && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers every name with the same addresses.
    struct Always(Vec<&'static str>);

    impl Resolve for Always {
        fn resolve(&self, _name: Name) -> Resolving {
            let found: Vec<SocketAddr> = self.0.iter().map(|text| SocketAddr::new(text.parse().unwrap(), 0)).collect();
            Box::pin(async move { Ok(Box::new(found.into_iter()) as Addrs) })
        }
    }

    const NOT_PUBLIC: &[&str] = &[
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.0.1",
        "169.254.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.0.170",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "192.168.255.255",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8",
        "::ffff:0:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::8.8.8.8",
        "64:ff9b:0:0:0:1:808:808",
        "100::1",
        "2001::1",
        "2001:0:4136:e378::1",
        "2001:2::1",
        "2001:20::1",
        "2001:1ff:ffff::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:808:808::1",
        "3fff::1",
        "3fff:fff::1",
        "4000::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1:2:3:4",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ];

    const PUBLIC: &[&str] = &[
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.1",
        "192.0.3.1",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "203.0.112.255",
        "203.0.114.0",
        "223.255.255.255",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2003::1",
        "2606:4700::1111",
        "2a00:1450::1",
        "3ffe::1",
        "3fff:1000::1",
        "64:ff9b::8.8.8.8",
    ];

    #[test]
    fn only_public_addresses_count_as_public() {
        for text in NOT_PUBLIC {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        for text in PUBLIC {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[tokio::test]
    async fn an_answer_with_one_address_inside_is_refused_whole() {
        let ask = async |answer: Vec<&'static str>| {
            let name: Name = "push.example".parse().unwrap();
            PublicOnly::guarding(Always(answer))
                .resolve(name)
                .await
                .map(Iterator::count)
                .map_err(|why| *why.downcast::<ResolveRefused>().unwrap())
        };
        assert_eq!(ask(vec!["8.8.8.8", "2606:4700::1111"]).await, Ok(2));
        assert_eq!(ask(vec!["8.8.8.8", "10.0.0.1"]).await, Err(ResolveRefused::NotPublic));
        assert_eq!(ask(vec!["::ffff:8.8.8.8"]).await, Err(ResolveRefused::NotPublic));
        assert_eq!(ask(vec![]).await, Err(ResolveRefused::Nowhere));
        for text in NOT_PUBLIC {
            assert_eq!(ask(vec![text]).await, Err(ResolveRefused::NotPublic), "{text}");
        }
    }

    #[tokio::test]
    async fn the_machines_own_name_is_refused() {
        let name: Name = "localhost".parse().unwrap();
        let why = PublicOnly::guarding(MachineNames).resolve(name).await.err().unwrap();
        assert_eq!(why.downcast_ref::<ResolveRefused>(), Some(&ResolveRefused::NotPublic));
    }

    #[tokio::test]
    async fn a_drill_resolves_no_name() {
        assert!(NoNames.resolve("fcm.googleapis.com".parse().unwrap()).await.is_err());
    }
}
