using System.Net.Sockets;
using SmartCityIoT.LoadTest.Accounting;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>
/// Sends at a fixed rate, a message of each device in turn, every one a write of its own. Message n leaves at n ÷ rate, or as soon after that as it can, and its
/// latency counts from then, so that nothing that falls behind can hide it.
/// </summary>
internal sealed class PacedSender
{
    private readonly IReadOnlyList<DeviceLine> lines;
    private readonly double rate;
    private readonly LoadTally tally;
    private readonly Thread thread;
    private readonly long start = TimeProvider.System.GetTimestamp();

    private PacedSender(IReadOnlyList<DeviceLine> lines, double rate, LoadTally tally)
    {
        this.lines = lines;
        this.rate = rate;
        this.tally = tally;
        thread = new Thread(Send) { IsBackground = true, Name = "publish" };
    }

    /// <summary>From the moment at which a message was meant to leave until it was written.</summary>
    public LatencyHistogram ToLeaving { get; } = new();

    /// <param name="rate">Messages a second.</param>
    public static PacedSender Start(IReadOnlyList<DeviceLine> lines, double rate, LoadTally tally)
    {
        var sender = new PacedSender(lines, rate, tally);
        sender.thread.Start();
        return sender;
    }

    /// <summary>Waits for its end, once the tally says that nothing more is to be sent.</summary>
    public void Join() => thread.Join();

    private void Send()
    {
        try
        {
            for (long n = 0; !tally.IsStopping; n++)
            {
                var meant = start + (long)(n / rate * TimeProvider.System.TimestampFrequency);
                while (!tally.IsStopping && TimeProvider.System.GetTimestamp() < meant) Thread.Sleep(1);
                var line = lines[(int)(n % lines.Count)];
                while (!tally.IsStopping && line.Room == 0) Thread.Sleep(1);
                if (tally.IsStopping) return;
                line.Link.Write(line.Next(1, meant).Span);
                if (tally.IsCounting) ToLeaving.Add(TimeProvider.System.GetElapsedTime(meant).TotalMilliseconds);
            }
        }
        catch (Exception gone) when (gone is SocketException or IOException or ObjectDisposedException)
        {
            tally.Fail(gone.Message);
        }
    }
}
