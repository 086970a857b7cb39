using System.Globalization;
using System.Net.Sockets;
using SmartCityIoT.EndToEnd.Tests.Faults.Wire;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Load;

/// <summary>
/// One device with a connection and a login of its own. Cut off, it comes back by itself, after a pause of its own, and sends what was not acknowledged again.
/// </summary>
internal sealed class LoadDevice(ulong number, string secret, bool isVersion5, LoadLog log)
{
    /// <summary>Messages in flight at the most.</summary>
    private const int Window = 32;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>As long as a login may take before firmware would give up.</summary>
    private static readonly TimeSpan LoginLimit = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();
    private readonly OpenMessages unacknowledged = new();
    private readonly string id = number.ToString("x16", CultureInfo.InvariantCulture);
    private DeviceSocket? link;
    private ushort sequence;
    private byte boot = 1;

    /// <summary>Whether it is logged in.</summary>
    public bool IsIn
    {
        get
        {
            lock (gate) return link is not null;
        }
    }

    public int Open
    {
        get
        {
            lock (gate) return unacknowledged.Count;
        }
    }

    /// <summary>It starts anew, and counts from 0 again; what is open stays so.</summary>
    public void NextBoot()
    {
        lock (gate)
        {
            boot++;
            sequence = 0;
        }
    }

    /// <summary>Sends one message more, if it is logged in and has room for it.</summary>
    /// <param name="time">Of the sample, in Unix milliseconds.</param>
    public bool TrySend(long time)
    {
        lock (gate)
        {
            if (link is null || unacknowledged.Count >= Window) return false;
            var message = LoadMessage.Good(new(number, boot, sequence++), time);
            log.NoteSent(message);
            try
            {
                link.Send(unacknowledged.Send(message, isVersion5));
            }
            catch (SocketException)
            {
                // The platform is gone: whoever reads finds out, and the message is sent again.
            }

            return true;
        }
    }

    /// <summary>Keeps the device connected until it is told to stop.</summary>
    public async Task RunAsync(int port, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
                limit.CancelAfter(LoginLimit);
                using var socket = await DeviceSocket.LogInAsync(port, id, secret, isVersion5, limit.Token);
                limit.CancelAfter(Timeout.InfiniteTimeSpan);
                await UseAsync(socket, stopping);
            }
            catch (Exception problem) when (problem is IOException or SocketException or OperationCanceledException)
            {
                // The platform is away, or busy.
            }

            await Task.Delay(LongestPause * Random.Shared.NextDouble(), stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task UseAsync(DeviceSocket socket, CancellationToken stopping)
    {
        try
        {
            lock (gate)
            {
                link = socket;
                socket.Send(unacknowledged.SendAgain(isVersion5));
            }

            while (true)
            {
                var (header, body) = await socket.NextAsync(stopping);
                if (Packets.Kind(header) == Packets.PublishAcknowledge) Acknowledged(body);
            }
        }
        finally
        {
            lock (gate) link = null;
        }
    }

    private void Acknowledged(byte[] body)
    {
        lock (gate)
        {
            if (unacknowledged.Acknowledge(Packets.Id(body)) is not { } message) return;
            if (body.Length > 2 && body[2] >= 0x80) log.NoteRefused();
            else log.NoteAcknowledged(message);
        }
    }
}
