/// How hypervisors are reached; a simulation has its own.
package protocol HypervisorLinks: Sendable {
    /// Tells a hypervisor of changes, in their order.
    func push(_ items: [PushItem], to endpoint: String) async -> PushResult
    /// Tells it everything, as it was at a revision.
    func sync(_ items: [PushItem], at revision: Int64, to endpoint: String) async -> PushResult
    /// Looks whether it still has what it was told at a revision.
    func audit(synced revision: Int64, at endpoint: String) async -> PushResult
}
