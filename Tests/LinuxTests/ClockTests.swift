import Glibc
import Linux
import Testing

@Suite("Clock and limits")
struct ClockTests {
    @Test func `time goes on, and never back`() {
        let start = Clock.monotonic
        var last = start
        for _ in 0..<1000 {
            let now = Clock.monotonic
            #expect(now >= last)
            last = now
        }
        usleep(2000)
        #expect(Clock.monotonic - start >= 2_000_000)
    }

    @Test func `the real clock is the calendar's`() {
        #expect(abs(Int(Clock.real / 1_000_000_000) - time(nil)) <= 1)
    }

    @Test func `the limit on descriptors is raised to what may be had`() async {
        await #expect(processExitsWith: .success) {
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            let most = limit.rlim_max
            limit.rlim_cur = min(64, most)
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            #expect(DescriptorLimit.raise() == Int(clamping: most))
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            #expect(limit.rlim_cur == most)
        }
    }
}
