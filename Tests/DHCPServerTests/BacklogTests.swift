import DHCP
import DHCPServer
import Link
import Testing
import Wire

@Suite("Frames that wait")
struct BacklogTests {
    /// A frame of a client's message.
    private func frame(_ type: DHCPv4.MessageType, of client: UInt64, transaction: UInt32 = 1) -> [UInt8] {
        let hardware = MACAddress(rawValue: 0x0200_5E00_0000 + client)
        let message = DHCPv4.Message(
            type,
            header: DHCPv4.Header(
                operation: .request, hardwareAddress: DHCPv4.HardwareAddress(hardware), transactionID: transaction))
        return [UInt8](capacity: 600) { frame in
            EthernetHeader(destination: .broadcast, source: hardware, type: .ipv4).write(to: &frame)
            IPv4Header(source: .any, destination: .broadcast, protocol: .udp, payloadLength: 8 + message.size)
                .write(to: &frame)
            UDPHeader(source: Port(rawValue: 68), destination: Port(rawValue: 67), payloadLength: message.size)
                .write(to: &frame)
            message.write(to: &frame)
        }
    }

    private func solicit(_ type: DHCPv6.MessageType, of client: UInt128, transaction: UInt32) -> [UInt8] {
        let message = DHCPv6.Message(type, transactionID: transaction)
        return [UInt8](capacity: 200) { frame in
            EthernetHeader(destination: .broadcast, source: .zero, type: .ipv6).write(to: &frame)
            IPv6Header(
                source: IPv6Address(rawValue: client), destination: IPv6Address(rawValue: 1), nextHeader: .udp,
                payloadLength: 8 + message.size, hopLimit: 1
            ).write(to: &frame)
            UDPHeader(source: Port(rawValue: 546), destination: Port(rawValue: 547), payloadLength: message.size)
                .write(to: &frame)
            message.write(to: &frame)
        }
    }

    /// A backlog behind a reference, for what `#expect` calls may not change values.
    private final class Waiting {
        var backlog = Backlog()
        func add(_ frame: [UInt8]) -> (replaced: Int, lost: Int) {
            backlog.add(frame.span.octets, FrameInformation(), port: 1)
        }
        func next() -> [UInt8]? { backlog.next()?.octets }
        var isEmpty: Bool { backlog.isEmpty }
    }

    @Test func `of a client the newest counts, at its own place in the line`() {
        let backlog = Waiting()
        let frames = [
            frame(.discover, of: 1), frame(.discover, of: 2), frame(.discover, of: 1, transaction: 2),
        ]
        #expect(frames.map { backlog.add($0).replaced } == [0, 0, 1])
        #expect(backlog.next() == frames[1])
        #expect(backlog.next() == frames[2])
        #expect(backlog.next() == nil && backlog.isEmpty)
    }

    @Test func `what ends an exchange comes first, and takes the place of what began it`() {
        let backlog = Waiting()
        let request = frame(.request, of: 2)
        for frame in [frame(.discover, of: 1), frame(.discover, of: 2)] { _ = backlog.add(frame) }
        #expect(backlog.add(request).replaced == 1)
        #expect(backlog.next() == request)
        #expect(backlog.next() == frame(.discover, of: 1))
        #expect(backlog.next() == nil)
    }

    @Test func `clients of DHCPv6 behind one station are several`() {
        let backlog = Waiting()
        let frames = [
            solicit(.solicit, of: 7, transaction: 1), solicit(.solicit, of: 7, transaction: 2),
            solicit(.solicit, of: 8, transaction: 1), solicit(.request, of: 7, transaction: 3),
        ]
        for frame in frames { #expect(backlog.add(frame) == (0, 0)) }
        #expect(backlog.add(frames[0]) == (1, 0))
        #expect(backlog.next() == frames[3])
        #expect(backlog.next() == frames[1])
    }

    @Test func `beyond its limit the oldest is lost, again and again`() {
        let backlog = Waiting()
        let count = UInt64(Backlog.limit)
        var lost = 0
        for client in 0..<3 * count { lost += backlog.add(frame(.discover, of: client)).lost }
        #expect(lost == 2 * Int(count))
        for client in 2 * count..<3 * count {
            guard backlog.next() == frame(.discover, of: client) else {
                Issue.record("client \(client)")
                break
            }
        }
        #expect(backlog.isEmpty)
    }

    @Test func `frames of every length, and of no protocol, wait as they are`() {
        let backlog = Waiting()
        let whole = frame(.discover, of: 1)
        for size in 0...whole.count { _ = backlog.add(Array(whole[..<size])) }
        for kind in [0x0806, 0x86DD, 0x1234] {
            var other = whole
            (other[12], other[13]) = (UInt8(kind >> 8), UInt8(kind & 0xFF))
            for size in 14...whole.count { _ = backlog.add(Array(other[..<size])) }
        }
        var count = 0
        while backlog.next() != nil { count += 1 }
        #expect(count > 1000)
    }
}
