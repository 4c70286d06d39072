import Foundation
import OpenFlow
import Testing

/// Thousands of messages and texts through ovs-ofctl, which shares its code with Open vSwitch.
@Suite("Differential: ovs-ofctl", .serialized, .enabled(if: Tool.hasOfctl, "ovs-ofctl is not installed"))
struct OfctlDifferentialTests {
    private static let seeds: Range<UInt64> = 0..<4
    private static let count = 500

    /// What ovs-ofctl prints of messages, each without its first words.
    private static func printed(_ messages: [Message]) throws -> [String] {
        let result = try Tool.run("ovs-ofctl", ["ofp-parse"], file: messages.flatMap(\.octets))
        #expect(result.status == 0, "\(result.errors)")
        var texts: [String] = []
        for line in result.lines {
            // What a bundle holds is printed on a line of its own.
            let isInner =
                texts.last.map { $0.hasPrefix("OFPT_BUNDLE_ADD") && !$0.contains("\nOFPT_") } ?? false
                && line.hasPrefix("OFPT_FLOW_MOD")
            if !isInner, line.hasPrefix("OF"), line.contains("(xid=0x1)") {
                texts.append(line)
            } else if !texts.isEmpty {
                texts[texts.count - 1] += "\n" + line
            }
        }
        try #require(texts.count == messages.count, "\(result.output.prefix(2000))")
        return texts
    }

    @Test(arguments: seeds)
    func `flows are printed as ovs-ofctl prints them`(seed: UInt64) throws {
        var generator = Generator(seed: 100 + seed)
        let flows = (0..<Self.count).map { _ in generator.flowStatistics() }
        let messages = flows.map { Message(transaction: 1, .multipartReply(MultipartReply(.flows([$0])))) }
        for (flow, text) in zip(flows, try Self.printed(messages)) {
            let lines = text.split(separator: "\n")
            let theirs = lines.count == 2 ? lines[1] : lines[0]
            expectSame(" " + flow.description, theirs.trimmingSuffix(while: \.isNewline))
        }
    }

    /// A flow mod as ovs-ofctl prints it, without message type and transaction.
    private static func withoutHead(_ text: String) -> String {
        text.replacing(#/^OFPT_FLOW_MOD \(OF1.4\)( \(xid=0x[0-9a-f]+\))?: /#, with: "")
    }

    /// What ovs-ofctl understands of a text is what it reads in the octets that we make of it.
    @Test(arguments: seeds)
    func `texts are read as ovs-ofctl reads them`(seed: UInt64) throws {
        var generator = Generator(seed: 200 + seed)
        let texts = (0..<Self.count).compactMap { _ -> String? in
            var flow = generator.flowMod()
            (flow.command, flow.cookieMask) = (.add, 0)
            (flow.outPort, flow.outGroup) = (.any, FlowMod.anyGroup)
            let text = flow.description
            // ovs-ofctl checks what these need of the match; with a command of a switch, the switch would.
            let type = flow.match.exact(.ethernetType)
            let family = type == 0x0800 ? "=fd00" : type == 0x86DD ? "(?:src|dst)=[0-9.]+[,)-]" : "ct\\("
            let needs =
                text.contains("alg=") || text.contains(",ct)") || text.contains("+inv") && text.contains("commit")
                || text.range(of: family, options: .regularExpression) != nil
            return needs ? nil : text
        }
        #expect(texts.count > Self.count / 2)
        let file = Array((texts.joined(separator: "\n") + "\n").utf8)
        let result = try Tool.run("ovs-ofctl", ["-O", "OpenFlow14", "parse-flows"], file: file)
        let line = result.errors.split(separator: ":").compactMap { Int($0) }.first.map { texts[$0 - 1] } ?? ""
        try #require(result.status == 0, "\(result.errors)\(line)")
        let theirs = result.lines.filter { $0.hasPrefix("OFPT_FLOW_MOD") }
            .map(Self.withoutHead)
        try #require(theirs.count == texts.count, "\(result.output.prefix(2000))")
        let messages = try texts.map { Message(transaction: 1, .flowMod(try FlowMod(.add, text: $0))) }
        let ours = try Self.printed(messages).map {
            Self.withoutHead($0).trimmingSuffix(while: \.isWhitespace)
        }
        for ((text, their), our) in zip(zip(texts, theirs), ours) {
            expectSame(our, their.trimmingSuffix(while: \.isWhitespace), text)
        }
    }

    @Test(arguments: seeds)
    func `a text reads as the flow that it was`(seed: UInt64) throws {
        var generator = Generator(seed: 300 + seed)
        for _ in 0..<Self.count {
            let flow = generator.flowMod()
            let again: FlowMod
            do { again = try FlowMod(flow.command, text: flow.description) } catch {
                Issue.record("\(flow.description): \(error)")
                continue
            }
            // A tunnel's key is a field in text, and what sets some bits of a field is one load for each run of them.
            if flow.description.contains(#/set_field:[0-9a-fx]+\/[^,]*->/#) { continue }
            let text = flow.description.replacing(#/set_tunnel(64)?:(0x[0-9a-f]+|0)/#) { "set_field:\($0.2)->tun_id" }
            expectSame(again.description, text)
            // "later" is said of exact fragments, too.
            guard flow.match.exact(.ipFragment) == nil else { continue }
            #expect(again.match.canonical == flow.match.canonical, "\(flow.description)")
        }
    }

    @Test func `ovs-ofctl takes every message`() throws {
        var generator = Generator(seed: 400)
        let messages = (0..<2000).map { _ in Message(transaction: 1, generator.body()) }
        for (message, text) in zip(messages, try Self.printed(messages)) {
            // Whether a match has what an action needs is for the switch to say.
            if text.contains("OFPBAC_MATCH_INCONSISTENT") { continue }
            let isRefused = text.contains("***decode error") || text.contains("***parse error")
            #expect(!isRefused, "\(message): \(text.prefix(300))")
        }
    }

    @Test(arguments: seeds)
    func `groups and meters are printed and read as ovs-ofctl does`(seed: UInt64) throws {
        var generator = Generator(seed: 500 + seed)
        let groups = (0..<200).map { _ in
            let type = generator.choose([GroupType.all, .select, .indirect, .fastFailover])
            return GroupDescription(
                type: type, group: generator.number(0...0xFFFF_FF00), buckets: generator.buckets(type))
        }
        let messages = groups.map { Message(transaction: 1, .multipartReply(MultipartReply(.groupDescriptions([$0])))) }
        for (group, text) in zip(groups, try Self.printed(messages)) {
            let theirs = text.split(separator: "\n").dropFirst().first ?? ""
            // ovs-ofctl ends a group without buckets in a comma less.
            expectSame(" " + group.description, theirs.trimmingSuffix(while: \.isWhitespace))
            let read = try GroupMod(.add, text: group.description)
            #expect(read == GroupMod(.add, type: group.type, group: group.group, buckets: group.buckets))
        }
        let meters = (0..<200).map { _ in
            let flags: MeterFlags = generator.chance(50) ? [.packets, .burst, .statistics] : .kilobits
            return MeterConfiguration(flags: flags, meter: generator.number(1...0xFFFF), bands: generator.bands(flags))
        }
        let replies = meters.map { Message(transaction: 1, .multipartReply(MultipartReply(.meterConfiguration([$0])))) }
        for (meter, text) in zip(meters, try Self.printed(replies)) {
            let theirs = text.split(separator: "\n", maxSplits: 1).dropFirst().first ?? ""
            expectSame(meter.description, theirs.trimmingSuffix(while: \.isWhitespace))
        }
    }
}

/// Expects our text to be theirs, and shows from where on it is not.
private func expectSame(
    _ ours: String, _ theirs: String, _ about: String = "", at place: SourceLocation = #_sourceLocation
) {
    guard ours != theirs else { return }
    let common = zip(ours, theirs).prefix { $0 == $1 }.count
    let start = max(0, common - 30)
    Issue.record(
        "ours   …\(ours.dropFirst(start).prefix(120))\ntheirs …\(theirs.dropFirst(start).prefix(120))\n\(about)",
        sourceLocation: place)
}

extension StringProtocol {
    func trimmingSuffix(while condition: (Character) -> Bool) -> String {
        var text = Substring(self)
        while let last = text.last, condition(last) { text.removeLast() }
        return String(text)
    }
}
