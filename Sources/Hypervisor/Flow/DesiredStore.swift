import FoundationEssentials
import Glibc
import SystemPackage

/// Keeps what owners want on the disk: a file for each owner, with records that a checksum guards.
///
/// The first record says all; those behind it are changes, appended and forced to the disk one by one. Once they are more than
/// the first, the file is written anew beside itself and put in its place (temporary file, fsync, rename, fsync of the folder),
/// so that at every moment there is a whole one. A last record that is cut off was never acknowledged, and is dropped.
package struct DesiredStore {
    private struct File {
        var descriptor: FileDescriptor
        /// Octets of the first record, and of those behind it.
        var first: Int
        var appended = 0
    }

    /// The folder of the files.
    package let folder: String
    private var files: [UInt16: File] = [:]
    private let lock: FileDescriptor

    /// Records are not written anew before they have so many octets.
    private static let compaction = 1 << 20

    /// Opens the folder, making it where it is missing; another process that has it open is an error.
    package init(folder: String) throws(HypervisorError) {
        self.folder = folder
        // The string's octets are lent for the call.
        if unsafe mkdir(folder, 0o700) != 0, errno != EEXIST {
            throw HypervisorError("make the folder \(folder)", "\(Errno(rawValue: errno))")
        }
        do {
            lock = try FileDescriptor.open(
                FilePath(folder + "/lock"), .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
        } catch {
            throw HypervisorError("write in \(folder)", "\(error)")
        }
        guard flock(lock.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            throw HypervisorError(
                "use \(folder)", "another hvflowd keeps its flows there; stop it, or use another folder")
        }
    }

    /// Closes everything.
    package mutating func close() {
        for file in files.values { try? file.descriptor.close() }
        files = [:]
        try? lock.close()
    }

    private func path(_ owner: UInt16) -> String { "\(folder)/owner-\(owner).flows" }

    /// Reads what is kept, in the order in which it is to be taken; the files are then written anew by what `compact` gets.
    package func load() throws(HypervisorError) -> [StoredChange] {
        var changes: [StoredChange] = []
        for owner in try owners() {
            let path = path(owner)
            let (records, dropped) = try StoreRecord.read(path)
            guard !records.isEmpty || dropped > 0 else { continue }
            for (index, text) in records.enumerated() {
                guard let change = StoredChange(text), change.owner == owner, change.isWhole == (index == 0) else {
                    throw HypervisorError(
                        "read \(path)", "record \(index + 1) is not of hvflowd 1; see the manual, 'Recovery'")
                }
                changes.append(change)
            }
        }
        return changes
    }

    /// The owners that have a file, in order.
    private func owners() throws(HypervisorError) -> [UInt16] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw HypervisorError("list \(folder)", "\(error)")
        }
        let (first, last) = ("owner-", ".flows")
        return names.compactMap { name in
            guard name.hasPrefix(first), name.hasSuffix(last), name.count > first.count + last.count else { return nil }
            let number = UInt16(name.dropFirst(first.count).dropLast(last.count))
            // As we write it: "owner-007.flows" is none of ours.
            return number.flatMap { path($0) == "\(folder)/\(name)" && $0 > 0 ? $0 : nil }
        }.sorted()
    }

    /// Makes a change durable.
    ///
    /// `whole` is asked for all that the owner wants when the file is to be written anew.
    package mutating func append(_ change: StoredChange, whole: () -> StoredChange) throws(HypervisorError) {
        guard var file = files[change.owner] else { return try rewrite(whole()) }
        let record = StoreRecord.octets(change.text)
        do {
            try file.descriptor.writeAll(record)
        } catch {
            // Half a record may be there: what comes next must not follow it.
            files[change.owner] = nil
            try? file.descriptor.close()
            throw HypervisorError("write \(path(change.owner))", "\(error)")
        }
        guard fdatasync(file.descriptor.rawValue) == 0 else {
            let error = Errno(rawValue: errno)
            files[change.owner] = nil
            try? file.descriptor.close()
            throw HypervisorError("sync \(path(change.owner))", "\(error)")
        }
        file.appended += record.count
        files[change.owner] = file
        if file.appended > max(file.first, Self.compaction) { try rewrite(whole()) }
    }

    /// Writes all that an owner wants in place of what is kept.
    package mutating func rewrite(_ whole: StoredChange) throws(HypervisorError) {
        let (path, record) = (path(whole.owner), StoreRecord.octets(whole.text))
        do {
            let new = try FileDescriptor.open(
                FilePath(path + ".new"), .writeOnly, options: [.create, .truncate, .closeOnExec, .append],
                permissions: .ownerReadWrite)
            do {
                try new.writeAll(record)
                guard fsync(new.rawValue) == 0 else { throw Errno(rawValue: errno) }
                // The strings' octets are lent for the call.
                guard unsafe rename(path + ".new", path) == 0 else { throw Errno(rawValue: errno) }
                let parent = try FileDescriptor.open(FilePath(folder), .readOnly, options: [.directory, .closeOnExec])
                defer { try? parent.close() }
                guard fsync(parent.rawValue) == 0 else { throw Errno(rawValue: errno) }
            } catch {
                try? new.close()
                throw error
            }
            try? files[whole.owner]?.descriptor.close()
            files[whole.owner] = File(descriptor: new, first: record.count)
        } catch {
            throw HypervisorError("write \(path)", "\(error)")
        }
    }
}
