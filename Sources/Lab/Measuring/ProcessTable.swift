package import Glibc

/// What `/proc` says about processes (`proc(5)`).
package enum ProcessTable {
    /// The fields of `/proc/PID/stat` that we use.
    package struct Statistics: Equatable, Sendable {
        /// The executable's name, at most 15 octets.
        package var command: String
        /// `R`, `S`, `D`, `Z` and so on.
        package var state: Character
        package var parent: pid_t
        package var group: pid_t
        /// Clock ticks (1/100 s, mostly) in user mode, of all threads, also of those that have ended.
        package var userTicks: Int
        /// The same in the kernel.
        package var systemTicks: Int
        /// Ticks of children that have ended and were waited for, user and system.
        package var reapedTicks: Int
        package var threads: Int
        /// Ticks after boot: with the identifier it names a process for good.
        package var start: Int

        /// Reads the file's line; nil if it has another form.
        package init?(_ line: String) {
            // The name is in parentheses and may hold any of these signs itself, so the last one counts.
            guard let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")"), open < close else {
                return nil
            }
            let rest = line[line.index(after: close)...].split(separator: " ")
            guard rest.count > 19, let state = rest[0].first else { return nil }
            // `rest[0]` is the file's third field.
            let numbers = rest.map { Int($0) ?? 0 }
            command = String(line[line.index(after: open)..<close])
            self.state = state
            parent = pid_t(numbers[1])
            group = pid_t(numbers[2])
            userTicks = numbers[11]
            systemTicks = numbers[12]
            reapedTicks = numbers[13] + numbers[14]
            threads = numbers[17]
            start = numbers[19]
        }
    }

    /// Nil if there is no such process.
    package static func statistics(of process: pid_t) -> Statistics? {
        Files.text("/proc/\(process)/stat").flatMap(Statistics.init)
    }

    /// A name that no other process on this machine has had since it started: `PID.START`.
    package static func name(of process: pid_t) -> String {
        "\(process).\(statistics(of: process)?.start ?? 0)"
    }

    /// Whether the process of this name is still there; false for text that is no such name.
    package static func isAlive(_ name: some StringProtocol) -> Bool {
        let parts = name.split(separator: ".")
        guard parts.count == 2, let process = pid_t(parts[0]), let found = statistics(of: process) else { return false }
        return found.state != "Z" && "\(found.start)" == parts[1]
    }

    /// The process and all that descend from it, as the table stands now.
    package static func tree(of root: pid_t) -> [pid_t] {
        var children: [pid_t: [pid_t]] = [:]
        for name in Files.names(in: "/proc") {
            guard let process = pid_t(name), let parent = statistics(of: process)?.parent else { continue }
            children[parent, default: []].append(process)
        }
        var tree = [root]
        var next = 0
        while next < tree.count {
            tree += children[tree[next]] ?? []
            next += 1
        }
        return tree
    }
}
