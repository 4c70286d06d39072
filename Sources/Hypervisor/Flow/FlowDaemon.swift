package import Logging
package import ServiceLifecycle

/// All of hvflowd: its controller, its service on sockets, and metrics.
package struct FlowDaemon {
    /// What runs, in the order in which it begins.
    package let services: [any ServiceLifecycle.Service]

    /// Opens the store and the sockets; what cannot be opened is thrown.
    package init(
        _ configuration: FlowConfiguration, listeners: [ServiceServer.Listener], metrics: String? = nil,
        version: String, logger: Logger
    ) throws {
        let controller = try FlowController(configuration, logger: logger)
        let server = try ServiceServer(
            listeners, services: [HVFlowService(controller, version: version)], logger: logger)
        var services: [any ServiceLifecycle.Service] = [controller, server]
        if let metrics { services.append(try MetricsServer(metrics) { await controller.metrics() }) }
        self.services = services
    }
}
