namespace Unroll; internal static class Placeholder;
