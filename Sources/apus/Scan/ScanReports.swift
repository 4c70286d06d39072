import PortScanner

/// The reports of one scan: to standard output, and to the files that were asked for.
struct ScanReports {
    private struct Output {
        var writer: any ReportWriter
        var file: ReportFile
        /// Whether it goes on with what a scan before wrote.
        var isContinued = false
    }

    private var outputs: [Output] = []

    /// Opens every file, so that what cannot be written is known before a probe is sent.
    ///
    /// A scan that goes on where another ended goes on with its files, too.
    init(_ options: ScanOutputOptions, _ continuation: ScanContinuation?) throws(Failure) {
        var files: [(ReportFormat, String)] = []
        if let path = options.normal { files.append((.normal, path)) }
        if let path = options.xml { files.append((.xml, path)) }
        if let path = options.grepable { files.append((.grepable, path)) }
        if let path = options.json { files.append((.json, path)) }
        if let path = options.csv { files.append((.csv, path)) }
        if let base = options.all {
            files += [(.normal, base + ".nmap"), (.xml, base + ".xml"), (.grepable, base + ".gnmap")]
        }
        guard files.count(where: { $0.1 == "-" }) < 2 else {
            throw Failure(.usage, "only one report can go to standard output")
        }
        // What programs read from standard output is not mixed with what people do.
        if !files.contains(where: { $0.1 == "-" }), options.diff == nil { files.insert((.normal, "-"), at: 0) }
        for (format, path) in files {
            let writer: any ReportWriter =
                format == .normal
                ? NormalReport(showsReasons: options.reason, showsDown: options.verbose > 0) : format.makeWriter()
            if path == "-" {
                outputs.append(Output(writer: writer, file: ReportFile()))
                continue
            }
            // A file that is appended to may hold other scans' reports, which are not to be cut.
            let isContinued = options.appends ? false : try continuation?.cut(path, format) ?? false
            let file = try ReportFile(path, appends: options.appends || isContinued)
            outputs.append(Output(writer: writer, file: file, isContinued: isContinued))
        }
    }

    /// Whether nobody reads what is written any more: standard output was all, and its reader went away.
    var isUnread: Bool { !outputs.isEmpty && outputs.allSatisfy(\.file.isUnread) }

    mutating func begin(_ description: ScanDescription) throws(Failure) {
        for index in outputs.indices {
            let text = outputs[index].writer.begin(description)
            if !outputs[index].isContinued { try outputs[index].file.write(text) }
        }
    }

    mutating func add(_ hosts: [HostResult]) throws(Failure) {
        try each { output throws(Failure) in
            var text = ""
            for host in hosts { text += output.writer.add(host) }
            try output.file.write(text)
        }
    }

    /// Makes each report whole, also after a failure.
    mutating func finish(_ summary: ScanSummary) throws(Failure) {
        defer {
            for output in outputs { output.file.close() }
            outputs.removeAll()
        }
        try each { output throws(Failure) in
            let text = output.writer.finish(summary)
            try output.file.write(text, isFoot: true)
        }
    }

    /// Does so with every report, whatever becomes of one; throws the first failure.
    private mutating func each(_ body: (inout Output) throws(Failure) -> Void) throws(Failure) {
        var first: Failure?
        for index in outputs.indices {
            do throws(Failure) { try body(&outputs[index]) } catch { first = first ?? error }
        }
        if let first { throw first }
    }
}
