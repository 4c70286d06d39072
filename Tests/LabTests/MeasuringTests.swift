import Glibc
import Lab
import Testing

@Suite("Statistics")
struct StatisticsTests {
    @Test(
        arguments: [
            ([4], 4), ([1, 2], 1.5), ([3, 1, 2], 2), ([4, 1, 3, 2], 2.5), ([1, 1, 1, 9, 9], 1),
        ] as [([Double], Double)])
    func `the median is the middle`(_ values: [Double], _ median: Double) {
        #expect(Statistics.median(values) == median)
    }

    @Test func `quantiles lie between neighbours`() {
        let values = [10.0, 20, 30, 40, 50]
        #expect(Statistics.quantile(0, of: values) == 10)
        #expect(Statistics.quantile(1, of: values) == 50)
        #expect(Statistics.quantile(0.25, of: values) == 20)
        #expect(abs(Statistics.quantile(0.9, of: values) - 46) < 1e-9)
    }

    @Test func `the interval of the median is repeatable, and holds it`() {
        let values = [1.0, 1.1, 0.9, 1.2, 0.8, 1.05, 0.95, 1.0, 1.3]
        let interval = Statistics.medianInterval(values)
        #expect(interval == Statistics.medianInterval(values))
        #expect(interval.contains(1.0))
        #expect(interval.lowerBound >= 0.8 && interval.upperBound <= 1.3)
        #expect(Statistics.medianInterval([2, 2, 2]) == 2...2)
    }

    /// Of 200 samples whose true median is known, about 95 % of the intervals must hold it.
    @Test func `the interval holds the true median as often as it says`() {
        var random = SplitMix(state: 7)
        let hits = (0..<200).count { _ in
            let sample = (0..<9).map { _ in Double.random(in: 0...1, using: &random) }
            return Statistics.medianInterval(sample, resamples: 100).contains(0.5)
        }
        #expect((170...200).contains(hits))
    }

    /// The first numbers of SplitMix64 from seed 1234567, as its authors' C program prints them.
    @Test func `the random numbers are the published ones`() {
        var random = SplitMix(state: 1_234_567)
        let numbers = (0..<3).map { _ in random.next() }
        #expect(numbers == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
    }
}

@Suite("A comparison")
struct ComparisonTests {
    private let noise = Comparison.noise([100, 102, 98], [100, 100, 100])

    @Test func `the noise is as wide to either side as the worst round`() {
        #expect(abs(noise.upperBound - 100.0 / 98) < 1e-12)
        #expect(abs(noise.lowerBound * noise.upperBound - 1) < 1e-12)
    }

    @Test func `less cost is better, less rate is worse`() {
        let ours = [50.0, 52, 51]
        let theirs = [100.0, 100, 100]
        #expect(Comparison(ours, to: theirs, aim: .small, noise: noise).verdict == .better)
        #expect(Comparison(ours, to: theirs, aim: .large, noise: noise).verdict == .worse)
        #expect(Comparison(theirs, to: ours, aim: .small, noise: noise).verdict == .worse)
        #expect(Comparison(ours, to: theirs, aim: .small, noise: noise).median == 0.51)
    }

    @Test func `a difference inside the noise is a tie`() {
        #expect(Comparison([101, 101, 101], to: [100, 100, 100], aim: .small, noise: noise).verdict == .tie)
    }

    @Test func `rounds that contradict each other are a tie, however far the median`() {
        let one = [50.0, 200, 60, 190, 70]
        #expect(Comparison(one, to: [100, 100, 100, 100, 100], aim: .small, noise: 1...1).verdict == .tie)
    }

    /// The machine slows down from round to round; the pairs do not care.
    @Test func `a drift of the machine cancels`() {
        let theirs = [100.0, 150, 225, 337]
        let comparison = Comparison(theirs.map { $0 * 0.8 }, to: theirs, aim: .small, noise: 0.95...1.05)
        #expect(abs(comparison.median - 0.8) < 1e-12 && comparison.verdict == .better)
    }
}

@Suite("Accounting")
struct AccountingTests {
    @Test func `a process that spins for a while is charged for it`() async throws {
        // Half a second of a processor, by its own clock, then idle.
        let script = "import time\nwhile time.process_time() < 0.5: pass\nprint('done', flush=True)\ntime.sleep(1000)"
        let folder = try TemporaryFolder()
        var options = Process.Options()
        options.output = .file(folder.file("log"))
        // Below a shell, so that the tree is looked at as well.
        let process = try Process(
            "sh", ["-c", "python3 -c '\(script.replacing("'", with: "\""))'; true"], options: options)
        try await Wait.until("the end of spinning", within: .seconds(30)) { Files.text(folder.file("log")) == "done\n" }
        let time = ProcessorTime(ofTree: process.identifier)
        #expect((500_000_000...900_000_000).contains(time.scheduled))
        #expect(abs(time.user + time.system - time.scheduled) < 100_000_000)

        try await Task.sleep(for: .milliseconds(300))
        let idle = ProcessorTime(ofTree: process.identifier) - time
        #expect(idle.scheduled < 20_000_000)
    }

    @Test func `all threads count`() async throws {
        // Two threads that let the interpreter's lock go while they hash.
        let script = """
            import hashlib, threading, time
            block = bytes(1 << 20)
            def spin():
                end = time.thread_time() + 0.3
                while time.thread_time() < end: hashlib.sha256(block)
                print("done", flush=True)
                time.sleep(1000)
            for _ in range(2): threading.Thread(target=spin).start()
            """
        let folder = try TemporaryFolder()
        var options = Process.Options()
        options.output = .file(folder.file("log"))
        let process = try Process("python3", ["-c", script], options: options)
        try await Wait.until("both threads", within: .seconds(30)) { Files.text(folder.file("log")) == "done\ndone\n" }
        let time = ProcessorTime(ofTree: process.identifier)
        #expect((600_000_000...1_000_000_000).contains(time.scheduled))
    }

    @Test func `memory grows with what a process touches`() async throws {
        let folder = try TemporaryFolder()
        var options = Process.Options()
        options.output = .file(folder.file("log"))
        let script = "import time; block = bytearray(b'x') * (64 << 20); print(1, flush=True); time.sleep(1000)"
        let process = try Process("python3", ["-c", script], options: options)
        try await Wait.until("the block") { Files.text(folder.file("log")) == "1\n" }
        let memory = Memory(ofTree: process.identifier)
        #expect((64 << 20..<96 << 20).contains(memory.resident))
        #expect((64 << 20...memory.resident).contains(memory.proportional))
    }

    @Test func `a name with parentheses and spaces does not shift the fields`() throws {
        let line = "42 (a) b (c) R 7 42 42 0 -1 4194560 1 2 3 4 11 12 13 14 20 0 5 0 999 1000 1"
        let found = try #require(ProcessTable.Statistics(line))
        #expect(found.command == "a) b (c")
        #expect(found.state == "R" && found.parent == 7 && found.group == 42)
        #expect(found.userTicks == 11 && found.systemTicks == 12 && found.reapedTicks == 27)
        #expect(found.threads == 5 && found.start == 999)
        #expect(ProcessTable.Statistics("42 (cut) R 7") == nil)
    }

    @Test func `our own line in the table is ours`() throws {
        let mine = try #require(ProcessTable.statistics(of: getpid()))
        #expect(mine.parent == getppid() && mine.group == getpgrp())
        #expect(ProcessTable.isAlive(ProcessTable.name(of: getpid())))
        #expect(!ProcessTable.isAlive("\(getpid()).1"))
        #expect(!ProcessTable.isAlive("nonsense"))
    }

    @Test func `the machine's work is all but idling and waiting`() throws {
        let time = try #require(MachineTime("cpu  1 2 4 1000 2000 8 16 32 64 128"))
        #expect(time.busy == 63 * ProcessorTime.nanosecondsPerTick)
        #expect(MachineTime("cpu0 1 2 4 1000 2000 8 16 32 64 128") == nil)
        #expect(try MachineTime.now().busy > 0)
    }

    @Test func `a log of requests at a fixed rate gives quantiles of what began after the warm-up`() throws {
        let rows = (0..<200).map { "\(1_000_000 + $0 * 10_000)\t\($0 == 150 ? 503 : 200)\t\($0 < 100 ? 9999 : $0)\n" }
        let times = try #require(FixedRate(rows.joined(), warmUp: 1_000_000))
        #expect(times.count == 100)
        #expect(times.statuses == [200: 199, 503: 1])
        #expect(times.quantile(0.5) == 149 && times.quantile(0.99) == 198 && times.quantile(1) == 199)
        #expect(FixedRate("") == nil)
        #expect(FixedRate("1\t2\n") == nil)
        #expect(FixedRate.arguments(url: "u", rate: 100, connections: 10, seconds: 2, log: "l").contains("--rps=10"))
    }
}
