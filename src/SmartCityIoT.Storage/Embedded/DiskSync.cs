using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>
/// Brings files to the disk and says so truthfully: .NET's own flush returns normally on Linux when the disk does not answer, so the
/// system is asked directly there.
/// </summary>
internal static partial class DiskSync
{
    private const int Interrupted = 4;
    private const int ReadOnlyCloseOnExec = 0x80000;

    /// <summary>The bytes of a file that is written and closed.</summary>
    /// <exception cref="IOException">The disk did not take them.</exception>
    public static void SyncFile(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            Sync(path);
            return;
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>The names in a folder: a new file is safe only with its name. Elsewhere than on Linux the system's own order has to do.</summary>
    /// <exception cref="IOException">The disk did not take them.</exception>
    public static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsLinux()) Sync(path);
    }

    private static void Sync(string path)
    {
        using var handle = Open(path, ReadOnlyCloseOnExec);
        if (handle.IsInvalid) throw Failed("open", path);
        while (FullSync(handle) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted) throw Failed("fsync", path);
        }
    }

    private static IOException Failed(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} {path}: {new Win32Exception(error).Message} ({error})");
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FullSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);
}
