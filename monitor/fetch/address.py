"""Which addresses a feed may make us connect to.

A feed's host name, its redirects and its DNS answers are the publisher's to choose, so a name may
lead to this machine, to its network or to a cloud's metadata service. Only addresses of the public
Internet pass. The lists are written out rather than left to ``ipaddress.is_private``, whose idea of
them changed between patch releases of Python.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# IANA special-purpose registries (RFC 6890), with what to call each in a sentence.
_REFUSED: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "an unspecified address"),
    ("10.0.0.0/8", "a private address"),
    ("100.64.0.0/10", "a carrier's private address"),  # RFC 6598; one cloud's metadata lives here
    ("127.0.0.0/8", "a loopback address"),
    ("168.63.129.16/32", "a cloud's metadata address"),  # public by number, reachable only from inside
    ("169.254.0.0/16", "a link-local or metadata address"),
    ("172.16.0.0/12", "a private address"),
    ("192.0.0.0/24", "a reserved address"),
    ("192.0.2.0/24", "a documentation address"),
    ("192.88.99.0/24", "a reserved address"),
    ("192.168.0.0/16", "a private address"),
    ("198.18.0.0/15", "a benchmarking address"),
    ("198.51.100.0/24", "a documentation address"),
    ("203.0.113.0/24", "a documentation address"),
    ("224.0.0.0/4", "a multicast address"),
    ("240.0.0.0/4", "a reserved or broadcast address"),
    ("::1/128", "a loopback address"),
    ("::/96", "an unspecified or IPv4-compatible address"),
    ("64:ff9b:1::/48", "a local translation address"),  # RFC 8215
    ("100::/64", "a discard address"),
    ("2001::/23", "a reserved or tunnel address"),  # Teredo among them
    ("2001:db8::/32", "a documentation address"),
    ("3fff::/20", "a documentation address"),
    ("5f00::/16", "a reserved address"),
    ("fc00::/7", "a private address"),
    ("fe80::/10", "a link-local address"),
    ("fec0::/10", "a site-local address"),
    ("ff00::/8", "a multicast address"),
)
_NETWORKS = tuple((ipaddress.ip_network(network), words) for network, words in _REFUSED)
# Where clouds tell a machine its secrets: no feed is there, whatever its operator allows.
_METADATA = tuple(
    map(ipaddress.ip_network, ("169.254.0.0/16", "168.63.129.16/32", "100.100.100.200/32", "fd00:ec2::254/128"))
)
_JUDGED = 2048  # addresses whose verdict is remembered: feeds are asked again and again
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address


@lru_cache(_JUDGED)
def refusal(address: str) -> str | None:
    """Why ``address`` (numeric IPv4 or IPv6) must not be connected to; None when it may be.

    An IPv4 address inside an IPv6 one (mapped, NAT64, 6to4) is judged as what it leads to.
    What is not an address at all is refused.
    """
    try:
        found: _Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "not an address"
    inner = _inner(found)
    if inner is not None:
        return refusal(str(inner))
    for network, words in _NETWORKS:
        if found.version == network.version and found in network:
            return words
    if isinstance(found, ipaddress.IPv6Address) and found not in _GLOBAL_V6:
        return "an address outside the public Internet"
    return None


@lru_cache(_JUDGED)
def metadata(address: str) -> str | None:
    """Why even a feed that may be private must not connect to ``address``; None when it may."""
    try:
        found: _Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "not an address"
    found = _inner(found) or found
    return "a cloud's metadata address" if any(found in network for network in _METADATA) else None


def _inner(address: _Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to, where it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
