using System.Runtime.InteropServices;

namespace SmartCityIoT.Benchmarks.Ingestion;

/// <summary>Processor time of the calling thread: what other programs do on the machine hardly shows in it. Linux.</summary>
internal static partial class ThreadClock
{
    private const int ThreadProcessorTime = 3;

    /// <summary>Nanoseconds since the thread began.</summary>
    public static long Now
    {
        get
        {
            if (Read(ThreadProcessorTime, out var time) != 0) throw new PlatformNotSupportedException("The processor time of a thread is read from Linux.");
            return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int Read(int clock, out TimeSpec time);

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
