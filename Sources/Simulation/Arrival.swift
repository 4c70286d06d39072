/// When octets of a backend reached the proxy, by what the proxy had sent to it at that time.
package struct Arrival: Sendable {
    /// How many octets of the backend had arrived then.
    package let end: Int
    /// How many octets the proxy had sent before.
    package let sent: Int
}
