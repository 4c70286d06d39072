import Foundation
import Glibc
import Synchronization
import SystemPackage
import Testing

import Telemetry

@Suite("Log writer")
struct LogWriterTests {
    /// A folder for one test, and what the writer under test reported.
    private final class Place: Sendable {
        let folder = FileManager.default.temporaryDirectory.path + "/apus-log-\(UUID())"
        let events = Mutex<[LogWriter.Event]>([])
        let alarm: LogAlarm

        init() throws {
            alarm = try LogAlarm()
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        func path(_ name: String) -> String { "\(folder)/\(name)" }

        func text(_ name: String) -> String { (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? "" }

        func writer(_ path: String, rings: [LogRing], tick: Int32 = 5) throws -> LogWriter {
            try LogWriter(path: path, rings: rings, alarm: alarm, tick: tick) { [self] event in
                events.withLock { $0.append(event) }
            }
        }

        func ring(_ capacity: Int = 1 << 16) -> LogRing { LogRing(capacity: capacity, alarm: alarm) }

        /// Waits for up to five seconds.
        func until(_ condition: () -> Bool) async -> Bool {
            for _ in 0..<1_000 {
                if condition() { return true }
                try? await Task.sleep(for: .milliseconds(5))
            }
            return condition()
        }

        func reported(_ condition: (LogWriter.Event) -> Bool) -> Bool {
            events.withLock { $0.contains(where: condition) }
        }
    }

    private static func put(_ text: String, into ring: LogRing) -> Bool {
        var text = text
        return text.withUTF8 { ring.append(UnsafeRawBufferPointer($0)) }
    }

    @Test func `lines of all rings are written, and the rest at the end`() async throws {
        let place = try Place()
        let rings = (0..<3).map { _ in place.ring() }
        let writer = try place.writer(place.path("log"), rings: rings)
        for (index, ring) in rings.enumerated() {
            for number in 0..<500 { #expect(Self.put("\(index) \(number)\n", into: ring)) }
        }
        #expect(await place.until { writer.written == 1_500 })
        #expect(Self.put("last\n", into: rings[1]))
        writer.stop()
        let lines = place.text("log").split(separator: "\n")
        for index in 0..<3 {
            #expect(lines.filter { $0.hasPrefix("\(index) ") } == (0..<500).map { "\(index) \($0)" })
        }
        #expect(lines.count == 1_501 && lines.last == "last")
        #expect(writer.dropped == 0 && !writer.isFailing && place.events.withLock(\.isEmpty))
    }

    @Test func `an existing log is continued`() throws {
        let place = try Place()
        try "before\n".write(toFile: place.path("log"), atomically: true, encoding: .utf8)
        let ring = place.ring()
        let writer = try place.writer(place.path("log"), rings: [ring])
        #expect(Self.put("after\n", into: ring))
        writer.stop()
        #expect(place.text("log") == "before\nafter\n")
    }

    @Test func `a log that cannot be opened is an error that names it`() throws {
        let place = try Place()
        let missing = place.path("none/log")
        #expect(throws: LogError(path: missing, code: .noSuchFileOrDirectory)) {
            _ = try place.writer(missing, rings: [place.ring()])
        }
        #expect(throws: LogError(path: place.folder, code: .isDirectory)) {
            _ = try place.writer(place.folder, rings: [place.ring()])
        }
        #expect(LogError(path: "/x", code: .isDirectory).description == "cannot open the log /x: Is a directory")
    }

    @Test func `a full disk is told once, lines are lost and counted, and never does a producer wait`() async throws {
        let place = try Place()
        let ring = place.ring(1 << 12)
        let writer = try place.writer("/dev/full", rings: [ring])
        var refused = 0
        let start = ContinuousClock.now
        for number in 0..<10_000 where !Self.put("line \(number)\n", into: ring) { refused += 1 }
        #expect(start.duration(to: .now) < .seconds(2))
        #expect(await place.until { writer.isFailing })
        try await Task.sleep(for: .milliseconds(300))
        #expect(refused > 9_000 && writer.dropped == refused && writer.written == 0)
        writer.stop()
        #expect(
            place.events.withLock(\.self) == [
                .failing(path: "/dev/full", code: .noSpace), .unwritten(path: "/dev/full"),
            ])
    }

    @Test func `writing goes on when there is space again, with whole lines, and that is told`() async throws {
        let place = try Place()
        let ring = place.ring(1 << 12)
        // The log is a link: to a full device, then to a file.
        try FileManager.default.createSymbolicLink(atPath: place.path("log"), withDestinationPath: "/dev/full")
        let writer = try place.writer(place.path("log"), rings: [ring])
        for number in 0..<1_000 { _ = Self.put("line \(number)\n", into: ring) }
        #expect(await place.until { writer.isFailing })
        try FileManager.default.removeItem(atPath: place.path("log"))
        writer.reopen()
        #expect(await place.until { !writer.isFailing && ring.pending == 0 })
        #expect(Self.put("again\n", into: ring))
        writer.stop()
        let lines = place.text("log").split(separator: "\n").map(String.init)
        #expect(lines.first == "line 0" && lines.last == "again")
        #expect(lines.count + Int(writer.dropped) == 1_001)
        #expect(
            place.events.withLock(\.self) == [
                .failing(path: place.path("log"), code: .noSpace),
                .recovered(path: place.path("log"), dropped: writer.dropped),
            ])
    }

    @Test(arguments: [false, true])
    func `a renamed log is opened anew, unasked or at once on request, and nothing is lost`(isRequested: Bool)
        async throws
    {
        let place = try Place()
        let ring = place.ring()
        let writer = try place.writer(place.path("log"), rings: [ring])
        #expect(Self.put("one\n", into: ring))
        #expect(await place.until { writer.written == 1 })
        try FileManager.default.moveItem(atPath: place.path("log"), toPath: place.path("log.1"))
        if isRequested { writer.reopen() }
        #expect(await place.until { FileManager.default.fileExists(atPath: place.path("log")) })
        #expect(Self.put("two\n", into: ring))
        writer.stop()
        #expect(place.text("log.1") == "one\n" && place.text("log") == "two\n")
    }

    @Test func `a log that cannot be reopened is written to its old file`() async throws {
        let place = try Place()
        let ring = place.ring()
        try FileManager.default.createDirectory(atPath: place.path("sub"), withIntermediateDirectories: true)
        let writer = try place.writer(place.path("sub/log"), rings: [ring])
        try FileManager.default.moveItem(atPath: place.path("sub"), toPath: place.path("moved"))
        #expect(
            await place.until {
                place.reported { $0 == .cannotReopen(path: place.path("sub/log"), code: .noSuchFileOrDirectory) }
            })
        #expect(Self.put("kept\n", into: ring))
        writer.stop()
        #expect(place.text("moved/log") == "kept\n")
        #expect(place.events.withLock(\.count) == 1)
    }

    @Test func `a reader that goes away is told once, and a new reader gets whole lines`() async throws {
        let place = try Place()
        let ring = place.ring(1 << 12)
        let path = place.path("fifo")
        #expect(mkfifo(path, 0o600) == 0)
        #expect(throws: LogError(path: path, code: .noSuchAddressOrDevice)) {
            _ = try place.writer(path, rings: [ring])
        }
        let first = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        let writer = try place.writer(path, rings: [ring])
        #expect(Self.put("one\n", into: ring))
        #expect(await place.until { writer.written == 1 })
        var octets = [UInt8](repeating: 0, count: 64)
        #expect(read(first, &octets, 64) == 4)
        close(first)
        #expect(Self.put("two\n", into: ring))
        #expect(await place.until { writer.isFailing })
        #expect(place.events.withLock(\.self) == [.failing(path: path, code: .brokenPipe)])
        let second = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        #expect(await place.until { writer.written == 2 })
        writer.stop()
        #expect(read(second, &octets, 64) == 4 && octets.starts(with: Array("two\n".utf8)))
        close(second)
    }

    @Test func `a slow reader costs lines, not order, and no line arrives in part`() async throws {
        let place = try Place()
        let rings = [place.ring(1 << 14), place.ring(1 << 14)]
        let path = place.path("fifo")
        #expect(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(reader) }
        let writer = try place.writer(path, rings: rings)
        var accepted = [[String]](repeating: [], count: 2)
        var text: [UInt8] = []
        var octets = [UInt8](repeating: 0, count: 1_000)
        for number in 0..<20_000 {
            let line = "\(number % 2) \(number) \(String(repeating: "x", count: number % 300))"
            if Self.put(line + "\n", into: rings[number % 2]) { accepted[number % 2].append(line) }
            if number % 10 == 0 {
                let count = read(reader, &octets, octets.count)
                if count > 0 { text += octets[..<count] }
            }
        }
        let isDrained = await place.until {
            while case let count = read(reader, &octets, octets.count), count > 0 { text += octets[..<count] }
            return rings.allSatisfy { $0.pending == 0 }
        }
        writer.stop()
        while case let count = read(reader, &octets, octets.count), count > 0 { text += octets[..<count] }
        #expect(isDrained)
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
        for ring in 0..<2 { #expect(lines.filter { $0.hasPrefix("\(ring) ") } == accepted[ring]) }
        #expect(lines.count == accepted[0].count + accepted[1].count)
        #expect(writer.dropped > 0 && place.reported { if case .behind = $0 { true } else { false } })
    }

    @Test func `a line that was cut off in the old log is whole in the new one`() async throws {
        let place = try Place()
        let ring = place.ring(1 << 18)
        let path = place.path("log")
        #expect(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(reader) }
        let writer = try place.writer(path, rings: [ring])
        // Lines that no page ends with, and more of them than a FIFO takes.
        let lines = (10..<50).map { "\($0)" + String(repeating: "x", count: 2_999) }
        for line in lines { #expect(Self.put(line + "\n", into: ring)) }
        #expect(await place.until { writer.written >= 20 })
        try FileManager.default.moveItem(atPath: path, toPath: place.path("old"))
        writer.reopen()
        #expect(await place.until { writer.written == 40 })
        writer.stop()
        var (text, octets) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 17))
        while case let count = read(reader, &octets, octets.count), count > 0 { text += octets[..<count] }
        let old = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
        let new = place.text("log").split(separator: "\n").map(String.init)
        let cut = try #require(old.last)
        #expect(cut.count < 3_001 && new.first?.hasPrefix(cut) == true, "the test cuts a line")
        #expect(old.dropLast() + new == lines)
    }

    @Test func `stopping does not wait for ever for a reader`() throws {
        let place = try Place()
        let ring = place.ring(1 << 20)
        let path = place.path("fifo")
        #expect(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(reader) }
        let writer = try place.writer(path, rings: [ring])
        for _ in 0..<10_000 { _ = Self.put("more than a pipe holds\n", into: ring) }
        let start = ContinuousClock.now
        writer.stop()
        #expect(start.duration(to: .now) < .seconds(5))
        #expect(place.events.withLock(\.last) == .unwritten(path: path))
    }
}
