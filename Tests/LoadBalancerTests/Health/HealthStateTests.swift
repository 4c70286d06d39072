import Testing

import LoadBalancer

@Suite("Health state")
struct HealthStateTests {
    private func play(_ results: String, rise: Int = 2, fall: Int = 3) -> [String] {
        var health = HealthState(rise: rise, fall: fall)
        return results.map { result in
            let event = health.receive(isHealthy: result == "+")
            return "\(health.state)" + (event.map { " \($0)" } ?? "")
        }
    }

    @Test func `the first check decides at once`() {
        #expect(play("+") == ["up"])
        #expect(play("-") == ["down wentDown"])
    }

    @Test func `it takes failures in a row to go down, and successes in a row to come back`() {
        #expect(play("+--+---") == ["up", "up", "up", "up", "up", "up", "down wentDown"])
        #expect(play("-+-++-") == ["down wentDown", "down", "down", "down", "up cameUp", "up"])
    }

    @Test func `a count of one changes at once`() {
        #expect(play("+-+", rise: 1, fall: 1) == ["up", "down wentDown", "up cameUp"])
    }

    @Test func `a count starts anew after a change`() {
        #expect(play("+--- +--- ++ -- +".filter { $0 != " " }).last == "up")
        #expect(play("+---+-++").suffix(5) == ["down wentDown", "down", "down", "down", "up cameUp"])
    }
}
