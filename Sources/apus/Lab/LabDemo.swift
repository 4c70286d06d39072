import ArgumentParser
import FoundationEssentials
import Lab
import Linux
import LoadBalancer

/// Shows a load balancer at work on this machine.
struct LabDemo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Show a load balancer at work, with servers that die and come back.",
        discussion: """
            EXAMPLES:
              apus lab demo --seconds 10
            """)

    @Option(help: "How long it lasts; until Ctrl-C if not given.")
    var seconds: Int?

    @Option(help: "Requests a second.")
    var rate = 500

    @Option(name: .customLong("configuration"), help: "The load balancer's configuration.", completion: .file())
    var file = "Examples/first-steps/lb.yaml"

    /// How often a server is killed, and how long it stays away, in seconds.
    private static let (period, absence) = (8, 4)

    mutating func validate() throws {
        guard (1...10_000).contains(rate) else { throw ValidationError("--rate is 1 to 10000.") }
        guard seconds.map({ $0 > 0 }) ?? true else { throw ValidationError("--seconds is more than 0.") }
    }

    func run() async throws {
        Interruption.observe()
        let folder = try TemporaryFolder()
        let stage = try DemoStage(file: file, folder: folder.path)
        var servers = try DemoServers(ports: stage.servers)
        let balancer = try await stage.start()
        let traffic = Traffic(to: stage.listener, rate: rate, clients: 4)
        var view = DemoView()
        let screen = Stream.standardOutput.isTerminal ? Screen() : nil
        if screen == nil {
            Stream.standardOutput.write("Try it: curl http://\(stage.listener)/\n")
            if let admin = stage.admin { Stream.standardOutput.write("See it: http://\(admin)/\n") }
        }
        var failure: Failure?
        var second = 0
        do {
            while !Interruption.isAsked, seconds.map({ second < $0 }) ?? true {
                try await Self.pass(1)
                second += 1
                if second % Self.period == Self.period / 2 {
                    view.tell("\(second) s: \(servers.killNext()) was killed")
                } else if second % Self.period == (Self.period / 2 + Self.absence) % Self.period {
                    for name in try servers.restart() { view.tell("\(second) s: \(name) was started again") }
                }
                view.add(traffic.take())
                if let screen {
                    let style = Style(of: .standardOutput)
                    screen.show(
                        view.page(
                            servers, url: "http://\(stage.listener)/", admin: stage.admin?.description,
                            seconds: second, style: style))
                } else {
                    Stream.standardOutput.write(view.line(servers, seconds: second) + "\n")
                }
                guard balancer.isRunning else {
                    throw Failure(.failure, "the load balancer ended: \(Files.tail(stage.log))")
                }
            }
        } catch let error as Failure {
            failure = error
        } catch {
            failure = Failure(.failure, "\(error)")
        }
        screen?.leave()
        traffic.stop()
        await balancer.stop()
        await servers.stop()
        if let failure { throw failure }
        let total = view.total
        print(
            "\(total.answered) requests answered by \(total.answers.count) servers, \(total.failed) failed, in \(second) s."
        )
        guard total.answered > 0 else { throw Failure(.failure, "nothing was answered") }
    }

    /// Waits, but not when asked to end.
    private static func pass(_ seconds: Int) async throws {
        for _ in 0..<seconds * 20 where !Interruption.isAsked { try await Task.sleep(for: .milliseconds(50)) }
    }
}
