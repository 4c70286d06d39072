/// What is sent to UDP ports: a service that gets a request of its own protocol answers where it drops anything else.
///
/// Each is the shortest question that the protocol's document lets a stranger ask, and none changes anything.
package enum ProbePayloads {
    /// The payload of each port that has one; others get an empty datagram.
    package static let all: [UInt16: [UInt8]] = [
        7: text("apus\r\n"),
        13: text("\r\n"),
        17: text("\r\n"),
        19: text("\r\n"),
        37: [0],
        53: question, 5353: serviceQuestion, 5355: question,
        67: bootRequest,
        69: trivialFile,
        111: remoteProcedure(program: 100_000), 2049: remoteProcedure(program: 100_003),
        123: time,
        137: nameStatus,
        161: management, 162: management,
        177: [0, 1, 0, 2, 0, 1, 0],
        389: directory,
        427: serviceLocation,
        443: quic,
        500: keyExchange, 4500: [0, 0, 0, 0] + keyExchange,
        520: [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16],
        623: [6, 0, 0xFF, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0x20, 0x18, 0xC8, 0x81, 0, 0x38, 0x8E, 4, 0xB5],
        1194: [0x38, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0],
        1434: [2],
        1645: authentication, 1812: authentication,
        1701: tunnel,
        1900: discovery,
        3478: [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42] + Array(1...12),
        3702: webDiscovery,
        5060: sessionOptions,
        5351: [0, 0],
        5683: [0x40, 1, 0x61, 0x70, 0xBB] + text(".well-known") + [4] + text("core"),
        6881: text("d1:ad2:id20:apusapusapusapusapuse1:q4:ping1:t2:ap1:y1:qe"),
        11211: [0, 1, 0, 0, 0, 1, 0, 0] + text("version\r\n"),
        27015: [0xFF, 0xFF, 0xFF, 0xFF] + text("TSource Engine Query") + [0],
        33434: [0],
        47808: [0x81, 0x0A, 0, 0x11, 1, 4, 0, 5, 1, 0x0C, 0x0C, 2, 0x3F, 0xFF, 0xFF, 0x19, 0x4B],
    ]

    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// The root's name servers (RFC 1035, 4.1).
    private static let question: [UInt8] = [0x61, 0x70, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1]

    /// Which services there are, to be answered to us alone (RFC 6763, 9; RFC 6762, 5.4).
    private static let serviceQuestion: [UInt8] =
        [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 9] + text("_services") + [7] + text("_dns-sd") + [4] + text("_udp")
        + [5] + text("local") + [0, 0, 12, 0x80, 1]

    /// A DHCPINFORM, which takes no address (RFC 2131, 4.3.5).
    private static let bootRequest: [UInt8] =
        [1, 1, 6, 0, 0x61, 0x70, 0x75, 0x73] + Array(repeating: 0, count: 20) + [2, 0, 0, 0, 0, 1]
        + Array(repeating: 0, count: 202) + [0x63, 0x82, 0x53, 0x63, 53, 1, 8, 55, 1, 1, 255]

    /// A file that nobody has (RFC 1350, 5).
    private static let trivialFile: [UInt8] = [0, 1] + text("apus-no-such-file") + [0] + text("octet") + [0]

    /// The null procedure of a program (RFC 5531, 9).
    private static func remoteProcedure(program: UInt32) -> [UInt8] {
        [0x61, 0x70, 0x75, 0x73, 0, 0, 0, 0, 0, 0, 0, 2]
            + (0..<4).map { UInt8(truncatingIfNeeded: program >> (24 - 8 * UInt32($0))) } + [0, 0, 0, 2]
            + Array(repeating: 0, count: 20)
    }

    /// A client's request (RFC 5905, 7.3).
    private static let time: [UInt8] = [0x23, 0, 6, 0xEC] + Array(repeating: 0, count: 36) + Array(1...8)

    /// NBSTAT of the wildcard name (RFC 1002, 4.2.17).
    private static let nameStatus: [UInt8] =
        [0x61, 0x70, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 32] + text("CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") + [0, 0, 0x21, 0, 1]

    /// SNMPv3's discovery of an engine, which needs no community (RFC 3414, 4).
    private static let management: [UInt8] = [
        0x30, 0x3A, 2, 1, 3, 0x30, 0x0F, 2, 2, 0x61, 0x70, 2, 3, 0, 0xFF, 0xE3, 4, 1, 4, 2, 1, 3, 4, 0x10, 0x30, 0x0E,
        4,
        0, 2, 1, 0, 2, 1, 0, 4, 0, 4, 0, 4, 0, 0x30, 0x12, 4, 0, 4, 0, 0xA0, 0x0C, 2, 2, 0x37, 0xF0, 2, 1, 0, 2, 1, 0,
        0x30, 0,
    ]

    /// A search of the root entry without a bind (RFC 4511, 4.5.1), as connectionless LDAP has it.
    private static let directory: [UInt8] =
        [0x30, 0x25, 2, 1, 1, 0x63, 0x20, 4, 0, 0x0A, 1, 0, 0x0A, 1, 0, 2, 1, 0, 2, 1, 0, 1, 1, 0, 0x87, 0x0B]
        + text("objectClass") + [0x30, 0]

    /// A service type request (RFC 2608, 10.1).
    private static let serviceLocation: [UInt8] =
        [2, 9, 0, 0, 0x1D, 0, 0, 0, 0, 0, 0x61, 0x70, 0, 2] + text("en") + [0, 0, 0xFF, 0xFF, 0, 7] + text("default")

    /// A version that nobody speaks, which a server answers with those that it does (RFC 9000, 6; RFC 9000, 14.1: 1200).
    private static let quic: [UInt8] =
        [0xC0, 0x1A, 0x2A, 0x3A, 0x4A, 8] + Array(1...8) + [8] + Array(9...16) + Array(repeating: 0, count: 1177)

    /// An IKEv1 main mode without proposals of ours to keep (RFC 2408, 3): the header and one security association.
    private static let keyExchange: [UInt8] =
        Array(1...8) + Array(repeating: 0, count: 8) + [1, 0x10, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0x50]
        + [0, 0, 0, 0x34, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0x28, 1, 1, 0, 1, 0, 0, 0, 0x20, 1, 1, 0, 0]
        + [0x80, 1, 0, 7, 0x80, 0x0E, 1, 0, 0x80, 2, 0, 2, 0x80, 3, 0, 1, 0x80, 4, 0, 0x0E, 0x80, 0x0B, 0, 1]

    /// A status query (RFC 5997), which a server answers without a user's name.
    private static let authentication: [UInt8] = [12, 0x61, 0, 20] + Array(1...16)

    /// A start of a control connection (RFC 2661, 6.1).
    private static let tunnel: [UInt8] =
        [0xC8, 2, 0, 0x31, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 8, 0, 0, 0, 0, 0, 1, 0x80, 8, 0, 0, 0, 2, 1, 0]
        + [0x80, 0x0A, 0, 0, 0, 3, 0, 0, 0, 3, 0x80, 0x0B, 0, 0, 0, 7] + text("apus") + [0]

    /// A search for everything (UPnP Device Architecture 2.0, 1.3.2).
    private static let discovery: [UInt8] = text(
        "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n")

    /// A probe for any device (WS-Discovery 1.1, 4.1).
    private static let webDiscovery: [UInt8] = text(
        """
        <?xml version="1.0"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" \
        xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" \
        xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><s:Header>\
        <a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>\
        <a:MessageID>urn:uuid:61707573-0000-4000-8000-000000000001</a:MessageID>\
        <a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header><s:Body><d:Probe/></s:Body></s:Envelope>
        """)

    /// What a server can do (RFC 3261, 11.1).
    private static let sessionOptions: [UInt8] = text(
        """
        OPTIONS sip:apus@localhost SIP/2.0\r
        Via: SIP/2.0/UDP localhost;branch=z9hG4bKapus;rport\r
        From: <sip:apus@localhost>;tag=apus\r
        To: <sip:apus@localhost>\r
        Call-ID: apus@localhost\r
        CSeq: 1 OPTIONS\r
        Max-Forwards: 70\r
        Contact: <sip:apus@localhost>\r
        Accept: application/sdp\r
        Content-Length: 0\r
        \r

        """)
}
