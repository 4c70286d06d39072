import Linux
/// A program that is run to its end.
package enum Command {
    /// What it wrote, and how it ended.
    package struct Result: Sendable {
        package var exit: Exit
        package var output: String
        package var errors: String
    }

    /// Runs a program, and gives what it wrote whatever its exit code.
    package static func run(
        _ program: String, _ arguments: [String] = [], options: Process.Options = Process.Options(),
        within limit: Duration = .seconds(60)
    ) async throws -> Result {
        let output = Collector()
        let errors = Collector()
        var options = options
        options.output = .stream { output.take($0) }
        options.errors = .stream { errors.take($0) }
        let process = try Process(program, arguments, options: options)
        let killer = Task {
            try await Task.sleep(for: limit)
            process.kill()
            return true
        }
        let exit = await process.exit()
        killer.cancel()
        if (try? await killer.value) == true { throw LabError.tooSlow(process.command) }
        return Result(exit: exit, output: await output.text(), errors: await errors.text())
    }

    /// Runs a program and gives what it wrote to its standard output; any exit code but 0 is an error.
    @discardableResult
    package static func output(
        _ program: String, _ arguments: [String] = [], options: Process.Options = Process.Options(),
        within limit: Duration = .seconds(60)
    ) async throws -> String {
        let result = try await run(program, arguments, options: options, within: limit)
        guard result.exit.isSuccess else {
            let command = ([program] + arguments).joined(separator: " ")
            throw LabError.failed(command: command, exit: result.exit, output: result.errors + result.output)
        }
        return result.output
    }
}

/// Gathers what comes out of a pipe until it is closed.
private final class Collector: Sendable {
    private struct State {
        var octets: [UInt8] = []
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Guarded(State())

    func take(_ octets: [UInt8]) {
        let waiter = state.withLock { state in
            state.octets += octets
            guard octets.isEmpty else { return nil as CheckedContinuation<Void, Never>? }
            state.isClosed = true
            return state.waiter
        }
        waiter?.resume()
    }

    /// All of it, once the pipe is closed; it is closed soon after the last of the process's group has gone.
    func text() async -> String {
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock { state in
                if !state.isClosed { state.waiter = continuation }
                return state.isClosed
            }
            if isClosed { continuation.resume() }
        }
        return state.withLock { String(decoding: $0.octets, as: UTF8.self) }
    }
}
