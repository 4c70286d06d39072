import Glibc
import PortScanner

/// The reports of one scan: to standard output, and to the files that were asked for.
struct ScanReports {
    private struct Output {
        var writer: any ReportWriter
        let descriptor: Int32
        let path: String
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
                outputs.append(Output(writer: writer, descriptor: 1, path: "standard output"))
                continue
            }
            var isContinued = false
            if format == .xml, let continuation { isContinued = try continuation.cut(path) }
            // Its head stands there already.
            if format == .csv, continuation != nil { isContinued = unsafe access(path, F_OK) == 0 }
            let appends = options.appends || continuation != nil && format != .xml || isContinued
            let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (appends ? O_APPEND : O_TRUNC)
            let descriptor = unsafe open(path, flags, 0o644)
            guard descriptor >= 0 else {
                throw Failure(.cannotCreate, "cannot write \(path): \(unsafe String(cString: strerror(errno)))")
            }
            outputs.append(Output(writer: writer, descriptor: descriptor, path: path, isContinued: isContinued))
        }
    }

    mutating func begin(_ description: ScanDescription) throws(Failure) {
        for index in outputs.indices {
            let text = outputs[index].writer.begin(description)
            if !outputs[index].isContinued { try write(text, index) }
        }
    }

    mutating func add(_ hosts: [HostResult]) throws(Failure) {
        try each { writer in
            var text = ""
            for host in hosts { text += writer.add(host) }
            return text
        }
    }

    /// Makes each report whole, also after a failure.
    mutating func finish(_ summary: ScanSummary) throws(Failure) {
        try each { $0.finish(summary) }
        for output in outputs where output.descriptor > 2 { close(output.descriptor) }
        outputs.removeAll()
    }

    private mutating func each(_ body: (inout any ReportWriter) -> String) throws(Failure) {
        for index in outputs.indices {
            let text = body(&outputs[index].writer)
            try write(text, index)
        }
    }

    private func write(_ text: String, _ index: Int) throws(Failure) {
        let (descriptor, path) = (outputs[index].descriptor, outputs[index].path)
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw Failure(.cannotCreate, "cannot write \(path): \(unsafe String(cString: strerror(errno)))")
            }
            rest = rest.dropFirst(count)
        }
    }
}
