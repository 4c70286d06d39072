package import Glibc

/// Processor time that processes have used, and the machine as a whole.
package struct ProcessorTime: Equatable, Sendable {
    /// Nanoseconds on a processor, as the scheduler counts them (`/proc/PID/task/*/schedstat`): exact, of living threads only.
    package var scheduled = 0
    /// Nanoseconds in user mode, in steps of a clock tick.
    package var user = 0
    /// Nanoseconds in the kernel, in steps of a clock tick.
    package var system = 0

    package init() {}

    /// What a process and its descendants have used until now.
    ///
    /// A process that ends between two samples takes its time with it, unless its parent waited for it.
    package init(ofTree root: pid_t) {
        for process in ProcessTable.tree(of: root) {
            guard let statistics = ProcessTable.statistics(of: process) else { continue }
            user += statistics.userTicks * Self.nanosecondsPerTick
            system += statistics.systemTicks * Self.nanosecondsPerTick
            for thread in Files.names(in: "/proc/\(process)/task") {
                let line = Files.text("/proc/\(process)/task/\(thread)/schedstat") ?? ""
                scheduled += line.split(separator: " ").first.flatMap { Int($0) } ?? 0
            }
        }
    }

    package static func - (late: ProcessorTime, early: ProcessorTime) -> ProcessorTime {
        var difference = ProcessorTime()
        difference.scheduled = late.scheduled - early.scheduled
        difference.user = late.user - early.user
        difference.system = late.system - early.system
        return difference
    }

    /// Nanoseconds that this process and its children that have ended have used (`getrusage(2)`).
    package static var ownAndReaped: Int {
        [RUSAGE_SELF, RUSAGE_CHILDREN].reduce(0) { sum, who in
            var usage = rusage()
            unsafe getrusage(__rusage_who_t(who.rawValue), &usage)
            let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
            return sum + seconds * 1_000_000_000 + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000
        }
    }

    package static let nanosecondsPerTick = 1_000_000_000 / max(sysconf(Int32(_SC_CLK_TCK)), 1)
}

/// Memory that a process and its descendants hold, in octets.
package struct Memory: Equatable, Sendable {
    /// Pages present, those shared with others counted in full for each (RSS).
    package var resident = 0
    /// Pages present, those shared counted in parts (PSS): what would come free were it alone.
    package var proportional = 0
    /// Pages present that are no file's: what the processes themselves have filled.
    package var anonymous = 0

    package init(ofTree root: pid_t) {
        for process in ProcessTable.tree(of: root) {
            for line in (Files.text("/proc/\(process)/smaps_rollup") ?? "").split(separator: "\n") {
                let words = line.split(separator: " ")
                guard words.count == 3, let kibibytes = Int(words[1]) else { continue }
                if words[0] == "Rss:" { resident += kibibytes << 10 }
                if words[0] == "Pss:" { proportional += kibibytes << 10 }
                if words[0] == "Anonymous:" { anonymous += kibibytes << 10 }
            }
        }
    }
}

extension Memory {
    /// What the kernel itself holds for everybody, in octets: its slabs and the pages of sockets' buffers
    /// (`Slab` of `/proc/meminfo`, `mem` of `/proc/net/sockstat`).
    package static var kernel: Int {
        var sum = 0
        for line in (Files.text("/proc/meminfo") ?? "").split(separator: "\n") where line.hasPrefix("Slab:") {
            sum += (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
        }
        for line in (Files.text("/proc/net/sockstat") ?? "").split(separator: "\n") where line.hasPrefix("TCP:") {
            sum += (line.split(separator: " ").last.flatMap { Int($0) } ?? 0) * 4096
        }
        return sum
    }
}

/// What all processors together have done since the machine started (`/proc/stat`).
package struct MachineTime: Equatable, Sendable {
    /// Nanoseconds of work, in steps of a clock tick; time stolen by a hypervisor is counted, as it is lost to us.
    package var busy = 0

    /// Reads the file's first line, `cpu`; nil if it has another form.
    package init?(_ line: some StringProtocol) {
        let words = line.split(separator: " ")
        guard words.count > 8, words[0] == "cpu" else { return nil }
        // User, nice, system, (idle, waiting for I/O,) interrupts, soft interrupts, stolen; guests are in user already.
        let ticks = words[1...8].map { Int($0) ?? 0 }
        busy = (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7]) * ProcessorTime.nanosecondsPerTick
    }

    /// Now.
    package static func now() throws(LabError) -> MachineTime {
        guard let time = MachineTime((Files.text("/proc/stat") ?? "").prefix { $0 != "\n" }) else {
            throw .unreadable("/proc/stat")
        }
        return time
    }
}
