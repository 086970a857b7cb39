using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SmartCityIoT.Journal;

/// <summary>
/// Brings files to the disk and says so truthfully: .NET's own flush returns normally on Linux when the disk does not answer, so
/// the system is asked directly there.
/// </summary>
internal static partial class DiskSync
{
    private const int Interrupted = 4;
    private const int ReadOnlyCloseOnExec = 0x80000;

    /// <summary>The file's bytes and length. Throws <see cref="IOException"/>; then nothing written since the last sync is known to be there.</summary>
    public static void Sync(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        while (DataSync(file) != 0)
        {
            ThrowUnlessInterrupted("fdatasync");
        }
    }

    /// <summary>The names in a folder: a new file is safe only with its name. Elsewhere than on Linux the system's own order has to do.</summary>
    public static void SyncDirectory(string path)
    {
        if (!OperatingSystem.IsLinux())
            return;
        using SafeFileHandle directory = Open(path, ReadOnlyCloseOnExec);
        if (directory.IsInvalid)
            ThrowUnlessInterrupted("open");
        while (FullSync(directory) != 0)
        {
            ThrowUnlessInterrupted("fsync");
        }
    }

    private static void ThrowUnlessInterrupted(string call)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error != Interrupted)
            throw new IOException($"{call}: {new Win32Exception(error).Message} ({error})");
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int DataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FullSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);
}
