using System.Runtime.InteropServices;

namespace SmartCityIoT.Ingestion.Receive.Listen.Sockets;

/// <summary>The system calls behind <see cref="SocketLoop"/>; constants as in Linux's headers, the same on x64 and arm64.</summary>
internal static unsafe partial class LinuxSocket
{
    public const uint Readable = 0x1;
    public const uint Writable = 0x4;
    public const uint Failed = 0x8;
    public const uint HungUp = 0x10;

    /// <summary>The other end sends no more.</summary>
    public const uint EndOfStream = 0x2000;

    public const uint EdgeTriggered = 1u << 31;

    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int ConnectionReset = 104;

    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int DoNotWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int AddToInterest = 1;
    private const int BothWays = 2;
    private const int SendingWay = 1;
    private const int SocketLevel = 1;
    private const int Linger = 13;
    private const int DuplicateCloseOnExec = 1030;

    /// <summary>Bytes of an event: packed on x64 and nowhere else.</summary>
    private static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private static readonly int EventDataAt = EventBytes - sizeof(long);

    /// <summary>Bytes for so many events.</summary>
    public static byte[] Events(int number) => new byte[number * EventBytes];

    public static (uint Mask, long Id) EventAt(ReadOnlySpan<byte> events, int number)
    {
        var one = events.Slice(number * EventBytes, EventBytes);
        return (MemoryMarshal.Read<uint>(one), MemoryMarshal.Read<long>(one[EventDataAt..]));
    }

    public static int CreatePoll() => Check(epoll_create1(CloseOnExec), "epoll_create1");

    public static int CreateSignal() => Check(eventfd(0, CloseOnExec | NonBlocking), "eventfd");

    /// <summary>Has the poll tell of a socket from now on, under a number of the caller's own.</summary>
    public static void Watch(int poll, int socket, uint mask, long id)
    {
        Span<byte> one = stackalloc byte[EventBytes];
        MemoryMarshal.Write(one, mask);
        MemoryMarshal.Write(one[EventDataAt..], id);
        fixed (byte* entry = one) Check(epoll_ctl(poll, AddToInterest, socket, entry), "epoll_ctl");
    }

    /// <returns>Number of events.</returns>
    public static int Wait(int poll, Span<byte> events, int milliseconds)
    {
        fixed (byte* first = events)
        {
            var number = epoll_wait(poll, first, events.Length / EventBytes, milliseconds);
            if (number >= 0) return number;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == Interrupted ? 0 : throw Problem(error, "epoll_wait");
    }

    public static void Signal(int signal)
    {
        var one = 1UL;
        write(signal, (byte*)&one, sizeof(ulong));
    }

    public static void ClearSignal(int signal)
    {
        ulong count;
        read(signal, (byte*)&count, sizeof(ulong));
    }

    /// <returns>Number of bytes, 0 at the end of the stream, or the negative error.</returns>
    public static int Receive(int socket, Span<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            nint got;
            do got = recv(socket, first, bytes.Length, DoNotWait);
            while (got < 0 && Marshal.GetLastPInvokeError() == Interrupted);
            return got < 0 ? -Marshal.GetLastPInvokeError() : (int)got;
        }
    }

    /// <returns>Number of bytes, or the negative error.</returns>
    public static int Send(int socket, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            nint sent;
            do sent = send(socket, first, bytes.Length, DoNotWait | NoSignal);
            while (sent < 0 && Marshal.GetLastPInvokeError() == Interrupted);
            return sent < 0 ? -Marshal.GetLastPInvokeError() : (int)sent;
        }
    }

    /// <summary>Ends what is sent: what was is delivered, then the other end reads the end of the stream.</summary>
    public static void EndSending(int socket) => _ = shutdown(socket, SendingWay);

    /// <summary>Ends both ways at once, which wakes whoever waits for the socket.</summary>
    public static void EndBoth(int socket) => _ = shutdown(socket, BothWays);

    /// <summary>What is not sent when the socket is closed is forgotten, and the other end told that the connection broke.</summary>
    public static void ForgetUnsent(int socket)
    {
        // struct linger: on, for 0 s.
        Span<int> linger = [1, 0];
        fixed (int* first = linger) _ = setsockopt(socket, SocketLevel, Linger, first, 2 * sizeof(int));
    }

    /// <summary>Another descriptor of the same socket, for <see cref="Close"/>.</summary>
    /// <exception cref="IOException">The process has no file left.</exception>
    public static int Duplicate(int socket) => Check(fcntl(socket, DuplicateCloseOnExec, 0), "fcntl");

    public static void Close(int descriptor) => _ = close(descriptor);

    private static int Check(int result, string call) => result >= 0 ? result : throw Problem(Marshal.GetLastPInvokeError(), call);

    private static IOException Problem(int error, string call) => new($"{call}: {Marshal.GetPInvokeErrorMessage(error)} ({error})");

#pragma warning disable SA1300, IDE1006 // Named as in the system's library.
    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int poll, int operation, int descriptor, byte* entry);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int poll, byte* events, int maximum, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int descriptor, byte* bytes, nint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, byte* bytes, nint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int socket, byte* bytes, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int socket, byte* bytes, nint length, int flags);

    [LibraryImport("libc")]
    private static partial int shutdown(int socket, int how);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc")]
    private static partial int setsockopt(int socket, int level, int option, void* value, uint length);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
#pragma warning restore SA1300, IDE1006
}
