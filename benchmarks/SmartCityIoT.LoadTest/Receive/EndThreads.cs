using System.Globalization;

namespace SmartCityIoT.LoadTest.Receive;

/// <summary>
/// The threads of both ends, which are in this process, and by their names can be told apart. They are looked up once: to look at every thread takes
/// milliseconds where both cores are busy, which would count into the window. Linux.
/// </summary>
internal sealed class EndThreads
{
    /// <summary>The kernel keeps as much of a thread's name.</summary>
    private const int NameLength = 15;

    private readonly ILookup<string, string> threads = Directory.GetDirectories("/proc/self/task").ToLookup(thread => Read(thread, "comm").TrimEnd());

    public ProcessorTimes Now => new(TimeOf("dial receive"), TimeOf("dial acknowledge"), TimeOf("publish") + TimeOf("acknowledgements"));

    /// <summary>The kernel's line is: nanoseconds on a processor, nanoseconds that it waited for one, turns.</summary>
    private double TimeOf(string name) => threads[name.Length > NameLength ? name[..NameLength] : name]
        .Sum(thread => long.TryParse(Read(thread, "schedstat").Split(' ')[0], CultureInfo.InvariantCulture, out var nanoseconds) ? nanoseconds / 1e3 : 0);

    private static string Read(string thread, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, file));
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return "";
        }
    }
}
