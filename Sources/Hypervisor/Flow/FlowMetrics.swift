import Telemetry

extension FlowController {
    /// Everything that is counted, for Prometheus.
    package func metrics() -> String {
        let (status, counters) = (status(), counters)
        var text = PrometheusText()
        func each(_ name: String, _ help: String, _ value: (OwnerReport) -> Int) {
            text.begin(name, .gauge, help: help)
            for owner in status.owners { text.sample(UInt64(value(owner)), ["owner": "\(owner.owner)"]) }
        }
        text.begin("apus_hvflowd_switch_up", .gauge, help: "Whether the switch is connected.")
        text.sample(status.isConnected ? 1 : 0)
        text.begin("apus_hvflowd_database_up", .gauge, help: "Whether the database is connected.")
        text.sample(status.isDatabaseConnected ? 1 : 0)
        text.begin("apus_hvflowd_disconnections_total", .counter, help: "Times that the switch went away.")
        text.sample(counters.disconnections)
        each("apus_hvflowd_flows", "Flows that are wanted.", \.flows)
        each("apus_hvflowd_installed_flows", "Those of them that the switch has.", \.installed)
        each("apus_hvflowd_pending_flows", "Those of them that wait for a port.", \.pending)
        each("apus_hvflowd_rejected_flows", "Those of them that the switch refused.", \.rejected)
        each("apus_hvflowd_meters", "Meters that are wanted.", \.meters)
        text.begin("apus_hvflowd_foreign_flows", .gauge, help: "Flows of the switch that are not hvflowd's.")
        text.sample(UInt64(status.foreignFlows))
        text.begin("apus_hvflowd_revision", .gauge, help: "Changes that were made.")
        text.sample(status.revision)
        text.begin("apus_hvflowd_programmed_revision", .gauge, help: "The change that the switch has.")
        text.sample(status.programmedRevision)
        text.begin(
            "apus_hvflowd_reconciliations_total", .counter, help: "Times that the switch was put right, by the cause.")
        for (trigger, count) in counters.reconciled.sorted(by: { $0.key < $1.key }) {
            text.sample(count, ["trigger": trigger])
        }
        text.begin(
            "apus_hvflowd_repaired_flows_total", .counter, help: "Changes by others that were found and put right.")
        text.sample(status.repaired)
        text.begin("apus_hvflowd_readings_total", .counter, help: "Times that the whole switch was read.")
        text.sample(counters.readings)
        text.begin(
            "apus_hvflowd_commits_total", .counter, help: "Bundles, and changes of meters, that the switch answered.")
        text.sample(counters.commits)
        text.begin("apus_hvflowd_commit_seconds_total", .counter, help: "Time that their answers took.")
        text.sample(real: counters.commitSeconds)
        text.begin("apus_hvflowd_failed_stores_total", .counter, help: "Changes that could not be made durable.")
        text.sample(counters.failedStores)
        return text.text
    }
}
