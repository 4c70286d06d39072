import Glibc
import Lab
import Link
import Linux
import Testing
import Wire

/// What a test may do here.
enum Rights {
    ///
    /// CI has every right, and a test fails there where it lacks one.
    static let packets = isCI || geteuid() == 0

    static let isCI = getenv("CI").map { String(cString: $0) } == "true"

    /// Whether a program is installed, which a test needs that fails without it in CI.
    static func have(_ program: String) -> Bool { isCI || Program.find(program) != nil }
}

/// Runs `body` on a thread in a network namespace, or without rights, and waits for it.
func inside<R: Sendable>(
    _ namespace: Namespace?, asNobody: Bool = false, _ body: @escaping @Sendable () throws -> R
) throws -> R {
    // The thread is joined before the memory is read or given back.
    nonisolated(unsafe) let outcome = UnsafeMutablePointer<Result<R, any Error>?>.allocate(capacity: 1)
    outcome.initialize(to: nil)
    defer { outcome.deinitialize(count: 1); outcome.deallocate() }
    let path = namespace.map { "/run/netns/\($0.name)" }
    Thread(name: "inside") {
        if let path {
            let place = open(path, O_RDONLY | O_CLOEXEC)
            typealias Enter = @convention(c) (Int32, Int32) -> Int32
            let enter = unsafeBitCast(dlsym(nil, "setns"), to: Enter.self)
            precondition(enter(place, 0x4000_0000) == 0, "the namespace is there")
            close(place)
        }
        if asNobody {
            // The bare system call: glibc's would change every thread.
            typealias Call = @convention(c) (Int, Int, Int, Int) -> Int
            let call = unsafeBitCast(dlsym(nil, "syscall"), to: Call.self)
            precondition(call(117, 65534, 65534, 65534) == 0, "root may become nobody")
        }
        outcome.pointee = Result { try body() }
    }.join()
    return try #require(outcome.pointee).get()
}

/// Two namespaces and the link between them.
struct Wired: Sendable {
    let first: Namespace
    let second: Namespace

    init() async throws {
        first = try await Namespace("link-a")
        second = try await Namespace("link-b")
        for namespace in [first, second] {
            try await namespace.run("sysctl", ["-qw", "net.ipv6.conf.default.disable_ipv6=1"])
        }
        try await Namespace.connect(first, to: second)
        try await settle()
    }

    /// Waits until both ends have a carrier and a queue: what is sent before is dropped without a word.
    func settle() async throws {
        for namespace in [first, second] {
            try await namespace.awaitCarrier("eth0")
        }
    }
}

extension Namespace {
    /// Waits until an interface has a carrier, and a queue.
    func awaitCarrier(_ interface: String) async throws {
        for _ in 0..<200 {
            if try await run("ip", ["link", "show", interface]).contains("state UP") { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("\(interface) has no carrier")
    }
}

/// A frame with an EtherType for experiments, to everybody.
func frame(_ number: UInt8, type: UInt16 = 0x88B5, count: Int = 60, tag: UInt16? = nil) -> [UInt8] {
    var octets: [UInt8] = Array(repeating: 0xFF, count: 6) + [2, 0, 0, 0, 0, number]
    if let tag { octets += [0x81, 0, UInt8(tag >> 8), UInt8(tag & 0xFF)] }
    octets += [UInt8(type >> 8), UInt8(type & 0xFF), number]
    return octets + Array(repeating: number, count: max(0, count - octets.count))
}

/// What a socket received.
struct Got: Sendable {
    var octets: [UInt8]
    var information: FrameInformation
}

extension PacketSocket {
    /// Receives so many frames, or what came in two seconds.
    mutating func collect(_ count: Int, within seconds: Int = 2) throws -> [Got] {
        var got: [Got] = []
        let deadline = Deadline.after(.seconds(seconds))
        while got.count < count {
            do {
                try receive(until: deadline) { got.append(Got(octets: $0.copied(), information: $1)) }
            } catch LinkError.timedOut { break }
        }
        return got
    }

    mutating func send(_ octets: [UInt8], to address: PacketAddress? = nil) throws {
        try send(octets.span.octets, to: address, until: .after(.seconds(2)))
    }
}

/// Holds a socket that several threads use one after another: each is joined before the next begins.
final class Kept: @unchecked Sendable {
    var socket: PacketSocket
    init(_ socket: consuming PacketSocket) { self.socket = socket }
}

enum Shell {
    /// What a command line prints.
    static func output(_ line: String) -> String? {
        guard let stream = popen(line, "r") else { return nil }
        defer { pclose(stream) }
        var octets: [UInt8] = []
        while case let octet = fgetc(stream), octet >= 0 { octets.append(UInt8(octet)) }
        return String(decoding: octets, as: UTF8.self)
    }
}
