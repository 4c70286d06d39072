import ArgumentParser

/// Shows what a running load balancer does, live.
struct LBTop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Watch a running load balancer.",
        discussion: """
            Refreshed every second until Ctrl-C. Where standard output is no terminal, the state is printed once.

            EXAMPLES:
              apus lb top
              apus lb top --admin 127.0.0.1:9901
            """)

    @Option(help: "The admin endpoint's address or URL.")
    var admin = AdminEndpoint.usual

    func run() async throws {
        let endpoint = try AdminEndpoint(admin)
        let style = Style(of: .standardOutput)
        // Asked once before the screen is taken, so that a mistake is a plain line.
        var document = try StatusDocument(from: endpoint)
        guard Stream.standardOutput.isTerminal else {
            print(document.lines(style).joined(separator: "\n"))
            return
        }
        Interruption.observe()
        let screen = Screen()
        defer { screen.leave() }
        var rates: [Double] = []
        while !Interruption.isAsked {
            rates.append(document.listeners.reduce(0) { $0 + $1.rate })
            screen.show(document.lines(style) + ["", "requests/s  " + style.cyan(Sparkline.line(rates, width: 60))])
            for _ in 0..<20 where !Interruption.isAsked { try await Task.sleep(for: .milliseconds(50)) }
            document = try StatusDocument(from: endpoint)
        }
    }
}
