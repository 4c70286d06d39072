import OpenFlow
import Testing

/// Messages through os-ken, a controller's library: it reads ours, writes them from its own fields, and we read those.
@Suite("Differential: os-ken", .enabled(if: Tool.osKen != nil, "os-ken is not installed"))
struct OsKenDifferentialTests {
    private static let script =
        String(#filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined())
        + "/Support/os-ken-messages.py"

    /// Something that a controller sends, which is what os-ken can write.
    private static func command(_ generator: inout Generator) -> Message.Body {
        switch generator.number(0...9) {
        case 0: .groupMod(generator.groupMod())
        case 1: .meterMod(generator.meterMod())
        case 2: .packetOut(PacketOut(actions: generator.actions(), data: generator.octets(60)))
        case 3: .multipartRequest(generator.request())
        case 4: .roleRequest(Role(role: 2, generation: generator.number(0...UInt64.max)))
        case 5: .echoRequest(generator.octets(9))
        default: .flowMod(generator.flowMod())
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `what os-ken writes of a message reads as the message`(seed: UInt64) throws {
        let python = try #require(Tool.osKen)
        var generator = Generator(seed: 700 + seed)
        let messages = (0..<500).map { _ in Message(transaction: 1, Self.command(&generator)) }
        let result = try Tool.run(python, [Self.script], file: messages.flatMap(\.octets))
        try #require(result.status == 0, "\(result.errors)")
        // It prints more when it cannot write something.
        let answers = result.lines.filter { line in ["same", "error", "differs"].contains { line.hasPrefix($0) } }
        try #require(answers.count == messages.count)
        var (same, unread) = (0, 0)
        for (message, answer) in zip(messages, answers) {
            if answer == "same" {
                same += 1
                continue
            }
            // What os-ken has no class for, or reads into fields that it cannot write, is not compared.
            guard answer.hasPrefix("differs: ") else {
                unread += 1
                continue
            }
            // It does not pad a translation inside of `ct`, which Open vSwitch refuses as we do.
            if "\(message)".contains("nat(") { continue }
            let theirs = octets(String(answer.dropFirst(9)))
            do { #expect(try read(Message.self, theirs) == message) } catch { Issue.record("\(message): \(error)") }
        }
        #expect(same > messages.count / 2, "\(same) the same, \(unread) not read")
        let reasons = Set(answers.filter { $0.hasPrefix("error") }.map { $0.prefix(60) })
        #expect(unread < messages.count / 2, "\(reasons)")
    }
}
