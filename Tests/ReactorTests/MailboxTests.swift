import Glibc
import Linux
import Reactor
import Testing

@Suite("Mailbox")
struct MailboxTests {
    private func isReady(_ descriptor: Int32, milliseconds: Int32 = 0) -> Bool {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&wanted, 1, milliseconds) == 1
    }

    @Test func `messages come in the order they were left, and wake once`() throws {
        let mailbox = try Mailbox<Int>()
        #expect(!isReady(mailbox.descriptor))
        #expect(mailbox.drain() == [])
        for number in 1...3 { mailbox.post(number) }
        #expect(isReady(mailbox.descriptor))
        #expect(mailbox.drain() == [1, 2, 3])
        #expect(!isReady(mailbox.descriptor))
        #expect(mailbox.drain() == [])
        for number in 0..<100 {
            mailbox.post(number)
            #expect(isReady(mailbox.descriptor), "each post to an empty mailbox wakes")
            #expect(mailbox.drain() == [number])
        }
    }

    @Test func `no message of several threads is lost, nor the order of each`() throws {
        let mailbox = try Mailbox<(sender: Int, number: Int)>()
        let threads = (0..<4).map { sender in
            Thread(name: "sender-\(sender)") { for number in 0..<5000 { mailbox.post((sender, number)) } }
        }
        var next = [0, 0, 0, 0]
        var total = 0
        // Only sleeping and waking: a wake-up that was lost would end the test here.
        while total < 20_000, isReady(mailbox.descriptor, milliseconds: 5000) {
            for message in mailbox.drain() {
                #expect(message.number == next[message.sender])
                next[message.sender] += 1
                total += 1
            }
        }
        threads.forEach { $0.join() }
        #expect(next == [5000, 5000, 5000, 5000])
    }
}
