import OpenFlow
import Testing

/// Messages through os-ken, a controller's library: it reads ours, writes them from its own fields, and we read those.
@Suite("Differential: os-ken", .enabled(if: Tool.osKen != nil, "os-ken is not installed"))
struct OsKenDifferentialTests {
    private static let script =
        String(#filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined())
        + "/Support/os-ken-messages.py"

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `what os-ken writes of a message reads as the message`(seed: UInt64) throws {
        let python = try #require(Tool.osKen)
        var generator = Generator(seed: 700 + seed)
        let messages = (0..<500).map { _ in Message(transaction: 1, generator.body()) }
        let result = try Tool.run(python, [Self.script], file: messages.flatMap(\.octets))
        try #require(result.status == 0, "\(result.errors)")
        let answers = result.lines.filter { !$0.isEmpty }
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
            let theirs = octets(String(answer.dropFirst(9)))
            // It writes only what controllers send; of the others no more than the header.
            if theirs.count == 8, message.octets.count > 8 {
                unread += 1
                continue
            }
            do { #expect(try read(Message.self, theirs) == message) } catch { Issue.record("\(message): \(error)") }
        }
        #expect(same > messages.count / 4, "\(same) the same, \(unread) not read")
        #expect(unread < messages.count * 2 / 3, "\(Set(answers.filter { $0.hasPrefix("error") }.map { $0.prefix(60) }))")
    }
}
