package import Glibc
import FoundationEssentials
import Synchronization

/// A child process that does not outlive us, however we end.
///
/// It leads a process group of its own. When it ends, when `stop` or `kill` is called, and when the last reference to this
/// value goes, the whole group is killed; should we be killed ourselves, the kernel (`PR_SET_PDEATHSIG`) and a
/// warden see to it. Its identifier is not given to another process before `exit` has an answer.
package final class Process: Sendable {
    /// How to start a program.
    package struct Options: Sendable {
        /// Added to our own environment.
        package var environment: [String: String] = [:]
        /// The working folder; nil for ours.
        package var folder: String?
        /// The cores that it may run on; empty for all.
        package var cores: [Int] = []
        /// The name of a network namespace; nil for ours.
        package var namespace: String?
        /// A file to read as standard input.
        package var input = "/dev/null"
        package var output = Output.discard
        package var errors = Output.discard
        package init() {}
    }

    /// Where standard output or standard error goes.
    package enum Output: Sendable {
        case discard
        /// To wherever ours goes.
        case inherit
        /// Appended to a file.
        case file(String)
        /// Handed over as it comes, on a thread of its own; an empty array is the end.
        case stream(@Sendable ([UInt8]) -> Void)
    }

    /// The process's and its group's identifier.
    package let identifier: pid_t

    /// The program and its arguments, for messages.
    package let command: String

    private let life: Life

    /// Starts `program`, a path or a name that `Program.find` knows.
    package init(_ program: String, _ arguments: [String] = [], options: Options = Options()) throws(LabError) {
        var line = try [Program.path(of: program)] + arguments
        command = ([program] + arguments).joined(separator: " ")
        // Each of these executes the next, so that the identifier stays.
        line = try [Program.path(of: "setpriv"), "--pdeathsig", "KILL", "--"] + line
        if let folder = options.folder { line = try [Program.path(of: "env"), "-C", folder] + line }
        if let namespace = options.namespace { line = try [Program.path(of: "ip"), "netns", "exec", namespace] + line }
        if !options.cores.isEmpty {
            let cores = options.cores.map(String.init).joined(separator: ",")
            line = try [Program.path(of: "taskset"), "-c", cores] + line
        }
        let environment = ProcessInfo.processInfo.environment.merging(options.environment) { $1 }
            .merging([Warden.variable: Warden.shared.mark]) { $1 }

        let output = try Outlet(options.output, inherited: 1)
        let errors: Outlet
        do { errors = try Outlet(options.errors, inherited: 2) } catch {
            output.abandon()
            throw error
        }
        let descriptors = Launcher.Descriptors(input: .path(options.input), output: output.end, errors: errors.end)
        do {
            identifier = try Launcher.shared.launch(line, environment: environment, descriptors: descriptors)
        } catch {
            output.abandon()
            errors.abandon()
            throw error
        }
        Warden.shared.keep(.group, "\(identifier)")
        output.start()
        errors.start()
        life = Life(identifier)
    }

    deinit { life.signalGroup(SIGKILL) }

    /// Whether it runs still.
    package var isRunning: Bool { life.exit == nil }

    /// Sends a signal to the process alone; nothing happens if it has ended.
    package func signal(_ number: Int32) { life.signal(number) }

    /// Kills the process and its group at once.
    package func kill() { life.signalGroup(SIGKILL) }

    /// Waits until it has ended and all of its group is gone.
    @discardableResult
    package func exit() async -> Exit { await life.wait() }

    /// Asks it to end (`SIGTERM`), and kills it if it has not within `patience`.
    @discardableResult
    package func stop(patience: Duration = .seconds(5)) async -> Exit {
        life.signal(SIGTERM)
        let life = life
        let killer = Task {
            try await Task.sleep(for: patience)
            life.signalGroup(SIGKILL)
        }
        let exit = await life.wait()
        killer.cancel()
        return exit
    }
}
