using System.Net;
using System.Net.Sockets;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>
/// Lets what waits for a socket go on where the runtime's poll loop sees that it is ready, without a way over the thread pool: thousands of connections
/// then cost a few threads and a system call or two a message. The runtime asks for this once, in the process's environment, which child
/// processes inherit: it is set for that moment only.
/// </summary>
internal static class InlineSockets
{
    private const string Setting = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Called before any other asynchronous use of a socket in the process.</summary>
    public static async Task UseAsync(CancellationToken cancellation)
    {
        var before = Environment.GetEnvironmentVariable(Setting);
        Environment.SetEnvironmentVariable(Setting, "1");
        try
        {
            using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            var accepting = listener.AcceptAsync(cancellation);
            await client.ConnectAsync(listener.LocalEndPoint!, cancellation).ConfigureAwait(false);
            using var accepted = await accepting.ConfigureAwait(false);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Setting, before);
        }

        await LeaveAsync().ConfigureAwait(false);
    }

    /// <summary>Goes on in the thread pool: what takes long must not hold up the poll loop on which an answer came.</summary>
    public static async ValueTask LeaveAsync() => await Task.Yield();
}
