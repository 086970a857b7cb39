using System.Globalization;

namespace SmartCityIoT.Journal;

/// <summary>
/// Holds a journal for one process. The operating system gives the lock up with the process, however that ends, so none is ever stale.
/// </summary>
internal sealed class OwnerLock : IDisposable
{
    private readonly FileStream held;

    private OwnerLock(FileStream held) => this.held = held;

    /// <summary>Throws <see cref="JournalUnavailableException"/> when another owner holds it, or the folder cannot be used.</summary>
    public static OwnerLock Take(string directory)
    {
        // A locked file cannot be opened to read who locked it, so the owner's process id stands in a file beside it.
        string owner = Path.Combine(directory, "journal.owner");
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(directory, exception);
        }

        FileStream held;
        string path = Path.Combine(directory, "journal.lock");
        try
        {
            held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or FileNotFoundException) && IsHeld(path))
        {
            throw new JournalUnavailableException(
                $"The journal in {Path.GetFullPath(directory)} belongs to another process{ReadOwner(owner)}; stop it, or choose another SmartCity:Journal:Directory.",
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(directory, exception);
        }

        try
        {
            File.WriteAllText(owner, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new OwnerLock(held);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            held.Dispose();
            throw NotWritable(directory, exception);
        }
    }

    public void Dispose() => held.Dispose();

    /// <summary>True when the file is there and only its lock stands in the way.</summary>
    private static bool IsHeld(string path)
    {
        try
        {
            // Opening for writing passes on a file that this user may write; the lock alone then refuses.
            return File.Exists(path) && (File.GetAttributes(path) & FileAttributes.ReadOnly) == 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string ReadOwner(string path)
    {
        try
        {
            string pid = File.ReadAllText(path).Trim();
            return pid.Length is > 0 and <= 10 ? $" (pid {pid})" : "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static JournalUnavailableException NotWritable(string directory, Exception exception) => new(
        $"The journal's folder {Path.GetFullPath(directory)} cannot be written ({FirstLine(exception.Message)}); "
        + "give this user the right to write there, or choose another SmartCity:Journal:Directory.",
        exception);

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd('\r');
}
